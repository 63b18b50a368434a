import type { RequestId, WarningValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { version } from "../channel/change.ts";
import type { Entry } from "../ports/index.ts";
import { executionArn, memoryStage } from "../testing/memory-stage.ts";
import type { FeedbackRequest, RequestStatus } from "./request.ts";
import { followed, work } from "./testing/staged.ts";
import { warningProposals, warningsOver } from "./warnings.ts";

const key = "warning/post-processing:e1/approve";

async function shared() {
  const { stage, client } = await followed();
  return {
    stage,
    /** Asks as the iterations of a Map that share a thread: other tokens, one order. */
    async ask(questions: number, more: object = {}): Promise<RequestId[]> {
      const ids: RequestId[] = [];
      for (let n = 0; n < questions; n++) ids.push(await stage.ask({ thread: "approve", ...more }));
      return ids;
    },
    warning: () => client.values(work)[key] as WarningValue | undefined,
    ended: (redriveCount = 0) =>
      stage.app.progress.executionChanged({
        executionArn,
        name: "e1",
        status: "FAILED",
        startDate: 1,
        stopDate: stage.now(),
        ...(redriveCount > 0 ? { redriveCount } : {}),
      }),
  };
}

it("are shown to owners when only one of the questions of a Map can still be answered", async () => {
  const { ask, warning } = await shared();
  await ask(1);
  expect(warning()).toBeUndefined();
  const ids = await ask(9);
  expect(warning()).toEqual({
    requestId: ids.at(-1),
    execution: "post-processing:e1",
    thread: "approve",
    code: "shared_thread",
    message: expect.stringMatching(/thread “approve”.*Map.*Retry/),
  });
});

it("are shown to owners although all questions arrive at the same moment, in any order of announcement", async () => {
  const { stage, warning } = await shared();
  const { queue } = stage;
  const open = () => stage.requests.all().find(({ status }) => status.state === "open");
  await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      stage.app.feedback.ask(
        { ...asked, taskToken: `token-of-${n}` } as Parameters<typeof stage.app.feedback.ask>[0],
        stage.envelope(),
      ),
    ),
  );
  queue.reverse();
  await stage.pump();
  expect(stage.requests.all().filter(({ status }) => status.state === "superseded")).toHaveLength(9);
  expect(warning()?.requestId).toBe(open()?.id);
});

const asked = {
  subject: "video/v_1",
  thread: "approve",
  round: 1,
  timeoutSeconds: 300,
  prompt: "This item?",
  verbs: ["approve"],
  assignees: ["user/ana"],
};

it("are not shown for a question that says that it is newer", async () => {
  const { stage, ask, warning } = await shared();
  await ask(1);
  await ask(1, { order: [0, 1, 1] });
  await ask(1, { round: 2 });
  await ask(1, { order: [0, 1, 1] });
  expect(warning()).toBeUndefined();
  expect(stage.requests.all().map(({ status }) => status.state)).toEqual([
    "superseded",
    "superseded",
    "open",
    "superseded",
  ]);
});

it("are not shown for questions in a thread that are answered one after the other", async () => {
  const { stage, ask, warning } = await shared();
  for (let n = 0; n < 3; n++) {
    const [id] = await ask(1);
    await stage.reply(id!, { replyId: `r${n}` });
    await stage.pump();
  }
  expect(warning()).toBeUndefined();
});

it("are not shown for an event that is delivered twice", async () => {
  const { ask, warning } = await shared();
  await ask(2, { taskToken: "the-same" });
  expect(warning()).toBeUndefined();
});

it("stay while the execution runs, and are removed when it ends", async () => {
  const { stage, ask, warning, ended } = await shared();
  const [, newest] = await ask(2);
  await stage.reply(newest!);
  await stage.pump();
  expect(warning()).toBeDefined();
  await ended();
  await stage.pump();
  expect(warning()).toBeUndefined();
});

it("are removed when the workflow itself reports its end", async () => {
  const { stage, ask, warning } = await shared();
  await ask(2);
  await stage.report({ step: "execution", state: "running" });
  expect(warning()).toBeDefined();
  await stage.report({ step: "execution", state: "succeeded" });
  expect(warning()).toBeUndefined();
});

it("are not added again by a late announcement, but by a redrive with the same mistake", async () => {
  const { stage, ask, warning, ended } = await shared();
  const [first, second] = await ask(2);
  await ended();
  await stage.pump();
  for (const id of [first!, second!]) await stage.app.feedback.announce(id, 9);
  await ask(1, { taskToken: "late" });
  expect(warning()).toBeUndefined();
  const [, newest] = await ask(2, { order: [1, 1, 0] });
  expect(warning()?.requestId).toBe(newest);
  await stage.app.feedback.announce(second!, 9);
  expect(warning()?.requestId).toBe(newest);
  stage.pass(1000);
  await ended(1);
  await stage.pump();
  expect(warning()).toBeUndefined();
});

it("are not shown for two executions with the same thread name", async () => {
  const stage = memoryStage();
  const client = stage.client("c1");
  await client.follow(work);
  for (const execution of [executionArn, executionArn.replace(":post-processing:", ":other:")])
    await stage.app.feedback.ask(
      { ...asked, taskToken: execution } as Parameters<typeof stage.app.feedback.ask>[0],
      { ...stage.envelope(), execution },
    );
  expect(stage.requests.all().map(({ status }) => status.state)).toEqual(["open", "open"]);
  expect(Object.keys(client.values(work)).filter((one) => one.startsWith("warning/"))).toEqual([]);
});

/** Warnings about a question in this state, and what becomes of the one that owners see. */
function warned(status: RequestStatus, shown?: Partial<WarningValue>) {
  const request = {
    id: "req_0000000001",
    thread: "approve",
    order: [0, 1, 0],
    execution: executionArn,
    status,
    version: 2,
    changedAt: 5,
    sharing: 3,
  } as Partial<FeedbackRequest> as FeedbackRequest;
  const current: Entry = { key, value: shown ?? null, version: version(1), at: 0, offsets: {} };
  const [endless, sharing] = warningProposals(request);
  return { endless: endless!.fold(undefined), sharing: sharing!.fold(shown && current) };
}

it("say that a question may wait for ever, and are ordered by the question", () => {
  const { endless, sharing } = warned({ state: "open" });
  expect(endless).toEqual({
    value: {
      requestId: "req_0000000001",
      code: "no_deadline",
      message: expect.stringContaining("neither a deadline nor a timeout"),
    },
    version: version(2),
  });
  expect(sharing).toMatchObject({ value: { code: "shared_thread" }, version: version(0, 1, 0, 3) });
});

it("of a shared thread end with the execution that withdrew their question, and not with its answer", () => {
  const own = { requestId: "req_0000000001" } as const;
  const over = { state: "withdrawn", at: 5, reason: "execution_failed" } as const;
  expect(warned(over, own).sharing).toMatchObject({ value: null });
  expect(warned(over, { requestId: "req_0000000002" }).sharing).toBeUndefined();
  expect(warned(over).sharing).toBeUndefined();
  expect(warned({ ...over, reason: "wait_gone" }, own).sharing).toBeUndefined();
  expect(warned({ state: "expired", at: 5 }, own).sharing).toBeUndefined();
});

it("end with their execution, twenty of them in one change", () => {
  const entry = (execution: string, n: number, value: object | null): Entry => {
    const name = `warning/${execution}/t${n}`;
    return { key: name, value, version: version(1), at: 0, offsets: {} };
  };
  const entries = [
    ...Array.from({ length: 30 }, (_, n) => entry("e", n, null)),
    entry("other", 0, {}),
    ...Array.from({ length: 25 }, (_, n) => entry("e", 30 + n, {})),
  ];
  const over = warningsOver(new Map(entries.map((one) => [one.key, one])), "e", 9);
  expect(over.map(({ key: of }) => of)).toEqual(Array.from({ length: 20 }, (_, n) => `warning/e/t${30 + n}`));
});
