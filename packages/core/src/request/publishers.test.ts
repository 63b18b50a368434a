import { type FeedbackRequested, type Subject, workChannel } from "@callboard/protocol";
import { expect, it } from "vitest";
import { mayPublish, type Publishers } from "../access/principal.ts";
import { executionArn, handle, itemsOf, memoryStage, question } from "../testing/index.ts";

const publishers: Publishers = { orders: ["order/"], video: ["video/"], both: ["order/", "video/"] };
const foreign = "execution: it is about a subject that video may not publish about";
const otherArn = executionArn.replace(":e1", ":e2");

/** A stage on which each event has a named source. */
function publishing() {
  const stage = memoryStage();
  const { app } = stage;
  let tokens = 0;
  const by = (source: string, execution = executionArn) => ({
    ...stage.envelope(),
    execution,
    source,
    may: (subject: Subject) => mayPublish(publishers, source, subject),
  });
  return {
    ...stage,
    by,
    async ask(source: string, subject: Subject, more: Partial<FeedbackRequested> = {}, execution?: string) {
      const taskToken = more.taskToken ?? `token ${tokens++}`;
      await app.feedback.ask({ ...question, ...more, subject, taskToken }, by(source, execution));
      await stage.pump();
      return stage.requests.all().at(-1)!.id;
    },
    async report(source: string, subject: Subject, execution?: string) {
      const step = { step: "charge", state: "started", at: stage.now() } as const;
      await app.progress.report({ ...step, subject }, by(source, execution));
    },
    close: (source: string, subject: Subject, thread = question.thread) =>
      app.feedback.close({ subject, thread, reason: "no longer wanted" }, by(source)),
    stateOf: async (id: `req_${string}`) => (await stage.ports.requests.read(id))?.status.state,
  };
}

it("lets no publisher withdraw a question of another by naming its execution", async () => {
  const stage = publishing();
  const id = await stage.ask("orders", "order/1");
  await expect(stage.close("video", "video/evil")).rejects.toThrow(foreign);
  expect(await stage.stateOf(id)).toBe("open");
});

it("lets no publisher supersede a question of another by naming its execution", async () => {
  const stage = publishing();
  const id = await stage.ask("orders", "order/1");
  const ask = stage.ask("video", "video/evil", { order: [9, 9, 9], round: 9 });
  await expect(ask).rejects.toThrow(foreign);
  expect(await stage.stateOf(id)).toBe("open");
  expect(stage.requests.all()).toHaveLength(1);
});

it("shows no publisher why an execution of another one failed", async () => {
  const stage = publishing();
  await stage.report("orders", "order/1");
  await expect(stage.report("video", "video/evil")).rejects.toThrow(foreign);
  await stage.app.progress.executionChanged({
    executionArn,
    name: "e1",
    status: "FAILED",
    startDate: stage.now(),
    stopDate: stage.now() + 1,
    error: "CardDeclined",
    cause: "the card of Ana",
  });
  await expect(stage.report("video", "video/evil")).rejects.toThrow(foreign);
  expect(await itemsOf(stage.ports, workChannel("video/evil"))).toEqual([]);
  expect(JSON.stringify(await itemsOf(stage.ports, workChannel("order/1")))).toContain("the card of Ana");
});

it("shows nothing about an execution of another one, not even that it was redriven", async () => {
  const stage = publishing();
  await stage.report("orders", "order/1");
  const before = await stage.ports.executionRecords.read(executionArn);
  await expect(stage.ask("video", "video/evil", { order: [7, 1, 0] })).rejects.toThrow(foreign);
  expect(await stage.ports.executionRecords.read(executionArn)).toEqual(before);
});

it("gives an execution to the first of two publishers that claim it at the same moment", async () => {
  const stage = publishing();
  const asked = await Promise.allSettled([
    stage.ask("orders", "order/1", { taskToken: "of orders" }),
    stage.ask("video", "video/evil", { taskToken: "of video", order: [7, 1, 0] }),
  ]);
  expect(asked.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(await stage.ports.executionRecords.read(executionArn)).toEqual({
    execution: executionArn,
    subject: "order/1",
  });
});

it("accepts what a publisher of several subjects reports about an execution of one of them", async () => {
  const stage = publishing();
  await stage.report("orders", "order/1");
  const ids = [await stage.ask("both", "order/1"), await stage.ask("both", "video/v_1")];
  expect(await Promise.all(ids.map(stage.stateOf))).toEqual(["open", "open"]);
});

it("separates questions of one thread and execution about two subjects", async () => {
  const stage = publishing();
  const one = await stage.ask("both", "order/1");
  const two = await stage.ask("both", "order/2", { round: 2 });
  expect([await stage.stateOf(one), await stage.stateOf(two)]).toEqual(["open", "open"]);
  await stage.close("both", "order/2");
  expect([await stage.stateOf(one), await stage.stateOf(two)]).toEqual(["open", "withdrawn"]);
  const again = await stage.ask("both", "order/1", { round: 2 });
  expect([await stage.stateOf(one), await stage.stateOf(again)]).toEqual(["superseded", "open"]);
});

it("closes no question of a thread that is about a subject of another", async () => {
  const stage = publishing();
  await stage.report("orders", "order/1");
  const id = await stage.ask("both", "video/v_1");
  await stage.close("orders", "order/1");
  expect(await stage.stateOf(id)).toBe("open");
});

it("withdraws everything that an execution asks once it has ended, about any subject", async () => {
  const stage = publishing();
  const ids = [await stage.ask("both", "order/1"), await stage.ask("both", "video/v_1")];
  await stage.app.progress.executionChanged({
    executionArn,
    name: "e1",
    status: "ABORTED",
    startDate: stage.now(),
    stopDate: stage.now() + 1,
  });
  expect(await Promise.all(ids.map(stage.stateOf))).toEqual(["withdrawn", "withdrawn"]);
});

it("shows nothing about a question whose token another publisher has", async () => {
  const stage = publishing();
  const id = await stage.ask("orders", "order/1", { taskToken: "one token" });
  const before = await itemsOf(stage.ports, workChannel("order/1"));
  const candidates = [{ id: "evil", title: "Choose me" }];
  const ask = stage.ask("video", "video/evil", { taskToken: "one token", candidates }, otherArn);
  await expect(ask).rejects.toThrow("taskToken: it is about a subject that video may not publish about");
  for (const event of stage.queue.splice(0)) await handle(stage.app, event);
  expect(await itemsOf(stage.ports, workChannel("order/1"))).toEqual(before);
  expect(await stage.stateOf(id)).toBe("open");
});
