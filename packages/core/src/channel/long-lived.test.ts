import { hours, limits, minutes, type RequestValue, type WaitingValue } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { ana, memoryStage, metaOf, overSocket, question, replyBody } from "../testing/index.ts";

const subject = "job/nightly";
const work = `work:${subject}` as const;
const watch = `watch:${subject}` as const;
const arnOf = (run: number) => `arn:aws:states:us-east-1:000000000000:execution:nightly:run-${run}`;
const steps = Array.from({ length: 8 }, (_, n) => `step-${n}`);

describe("a subject that lives through 2,000 executions with questions in between", () => {
  it("shows what runs and what is asked today, and stays within its bounds", async () => {
    const stage = memoryStage();
    const { app, ports } = stage;
    const envelope = (run: number) => ({ ...stage.envelope(), execution: arnOf(run) });
    const report = (run: number, step: string, state: "started" | "succeeded") =>
      app.progress.report({ subject, at: stage.now(), step, state }, envelope(run));
    const ask = async (run: number) => {
      const taskToken = `token-${run}`;
      stage.executions.waits.set(taskToken, {});
      await app.feedback.ask({ ...question, subject, thread: `go-${run}`, taskToken }, envelope(run));
      await stage.pump();
      return stage.requests.all().at(-1)!.id;
    };
    const client = stage.client("c1");
    await client.follow(work);
    await client.follow(watch);
    await client.follow("inbox:user/ana");

    for (let run = 0; run < 2000; run++) {
      for (const step of steps.slice(0, 4)) {
        await report(run, step, "started");
        await report(run, step, "succeeded");
      }
      stage.pass(1000);
      const id = await ask(run);
      if (run % 100 === 99) {
        client.take();
        const { keys, bytes } = (await metaOf(ports, work))!;
        expect(keys).toBeLessThanOrEqual(limits.channelKeys);
        expect(bytes).toBeLessThanOrEqual(limits.channelBytes);
        const values = client.values(work);
        for (const step of steps.slice(0, 4))
          expect(values[`step/nightly:run-${run}/${step}`]).toMatchObject({ state: "succeeded" });
        expect(values[`request/${id}`]).toMatchObject({ state: "open" } satisfies Partial<RequestValue>);
        expect(
          Object.keys(values).filter((key) => key.startsWith(`candidate/go-${run}/1/${id}/`)),
        ).toHaveLength(2);
        expect(client.values("inbox:user/ana")).toHaveProperty([`request/${id}`]);
        expect(Object.keys((client.values(watch).waiting as WaitingValue).requests)).toEqual([id]);
      }
      await app.feedback.reply(overSocket(ana), id, replyBody({ replyId: `r${run}` }));
      await stage.pump();
      for (const step of steps.slice(4)) {
        await report(run, step, "started");
        await report(run, step, "succeeded");
      }
      stage.pass(minutes(10));
      if (run % 500 === 0) await stage.advance(hours(1));
    }
    expect(client.gaps.size).toBe(0);
  }, 60_000);
});
