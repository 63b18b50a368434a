import { workChannel } from "@callboard/protocol";
import { expect, it } from "vitest";
import type { Envelope } from "../execution.ts";
import { executionArn, itemsOf, memoryStage } from "../testing/index.ts";
import type { PairEvent } from "./pair.ts";

const subject = "video/v_1";
const begunAt = Date.UTC(2026, 0, 1);
const begun: PairEvent = { key: "secret", begun: { subject, step: "mp4", at: begunAt } };
const ended: PairEvent = {
  key: "secret",
  ended: { state: "failed", message: "no codec", at: begunAt + 5000 },
};
const otherArn = executionArn.replace("e1", "other");

/** A stage that takes halves of pairs, each from its own execution, and keeps a history. */
function pairStage() {
  const stage = memoryStage({ lists: new Set(["video"]) });
  const tell = (half: PairEvent, more: Partial<Envelope> = {}) => {
    const execution = half.begun ? executionArn : otherArn;
    return stage.app.progress.pair(half, { ...stage.envelope(), execution, ...more });
  };
  const steps = async () =>
    (await itemsOf(stage.ports, workChannel(subject))).filter(({ key }) => key.startsWith("step/"));
  return { ...stage, tell, steps };
}

it("reports the end of a step in the execution that began it, once both halves are known, in any order", async () => {
  for (const halves of [
    [begun, ended],
    [ended, begun],
  ] as const) {
    const { tell, steps } = pairStage();
    await tell(halves[0]);
    expect(await steps()).toEqual([]);
    await tell(halves[1]);
    expect(await steps()).toMatchObject([
      {
        key: "step/post-processing:e1/mp4",
        value: { step: "mp4", state: "failed", message: "no codec", at: begunAt + 5000 },
      },
    ]);
  }
});

it("reports a step outside of any execution if the first half names none", async () => {
  const { app, envelope, steps } = pairStage();
  const { execution: _, ...outside } = envelope();
  await app.progress.pair(begun, outside);
  await app.progress.pair(ended, envelope());
  expect(await steps()).toMatchObject([{ key: "step/-/mp4", value: { state: "failed" } }]);
});

it("stores a pair by the hash of its key, which may be a secret", async () => {
  const { ports, tell } = pairStage();
  await tell(begun);
  expect(await ports.pairs.record(ports.ids.hash("secret"), {})).toMatchObject({
    begun: { subject, step: "mp4", execution: executionArn },
  });
});

it("places the end in the history by its own time, though the half that arrived last is older", async () => {
  const { ports, tell } = pairStage();
  await tell(ended, { time: begunAt + 6000 });
  await tell(begun, { time: begunAt - 60_000 });
  expect((await ports.history.page(subject, 9)).rows).toMatchObject([
    { at: begunAt + 5000, happened: { what: "progress", step: "mp4", state: "failed" } },
  ]);
});

it("accepts no end from a source that may not publish about the step's subject", async () => {
  const { tell, steps } = pairStage();
  await tell(begun);
  await expect(tell(ended, { may: () => false })).rejects.toThrow("key: it is about a subject");
  expect(await steps()).toEqual([]);
});
