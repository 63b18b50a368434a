import { describe, expect, it } from "vitest";
import { executionArn } from "../testing/memory-stage.ts";
import { followed, inbox, watch, work } from "./testing/staged.ts";

describe("a wait that is gone", () => {
  it("withdraws its question at the next probe", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t", heartbeatSeconds: 180 });
    stage.executions.waits.get("t")!.ended = true;
    await stage.advance(65_000);
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "withdrawn", reason: "wait_gone" },
    });
    expect(client.values(inbox)).toEqual({});
    expect(client.values(watch)).toEqual({ viewers: { count: 1 } });
  });

  it("that the workflow closed itself withdraws its question with that reason", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask();
    await stage.app.feedback.close(
      { subject: "video/v_1", thread: "title", reason: "changed its mind" },
      stage.envelope(),
    );
    await stage.pump();
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "withdrawn", reason: "changed its mind" },
    });
    expect(await stage.reply(id)).toMatchObject({
      code: "withdrawn",
      details: { reason: "changed its mind" },
    });
  });

  it("that ends with an `order` leaves a newer question of the same moment open", async () => {
    const { stage } = await followed();
    const first = await stage.ask({ round: 1 });
    const second = await stage.ask({ round: 2 });
    const close = (order: number[]) =>
      stage.app.feedback.close(
        { subject: "video/v_1", thread: "title", reason: "asked again", order },
        stage.envelope(),
      );
    await close([0, 1, 0]);
    await stage.pump();
    const states = () => Object.fromEntries(stage.requests.all().map(({ id, status }) => [id, status.state]));
    expect(states()).toEqual({ [first]: "superseded", [second]: "open" });
    await close([0, 2, 0]);
    expect(states()).toEqual({ [first]: "superseded", [second]: "withdrawn" });
  });

  it("that ended with its execution withdraws its question", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask();
    await stage.app.progress.executionChanged({
      executionArn,
      name: "e1",
      status: "ABORTED",
      startDate: stage.now(),
      stopDate: stage.now(),
    });
    await stage.pump();
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "withdrawn", reason: "execution_aborted" },
    });
  });
});
