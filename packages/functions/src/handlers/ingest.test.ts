import type { Envelope } from "@callboard/core";
import { BadEvent } from "@callboard/protocol";
import { expect, it } from "vitest";
import { busEvent, executionArn } from "../testing/bus-event.ts";
import { keptLog, spy } from "../testing/spies.ts";
import { type IngestParts, ingestHandler } from "./ingest.ts";

const machineArn = "arn:aws:states:eu-central-1:123456789012:stateMachine:post-processing";
const envelope = {
  id: "7bf73129-1428-4cd3-a780-95db273d1602",
  time: Date.UTC(2026, 0, 1, 0, 0, 1),
  execution: executionArn,
  source: "video.post-processing",
  may: expect.any(Function) as () => boolean,
};

function stage(publishers?: IngestParts["publishers"], account?: string) {
  const calls = {
    ask: spy(undefined),
    close: spy(undefined),
    announce: spy(undefined),
    announceAttention: spy(undefined),
    report: spy(undefined),
    propose: spy(undefined),
    executionChanged: spy(undefined),
  };
  const { ask, close, announce, announceAttention, ...progress } = calls;
  const { log, metrics } = keptLog();
  const app = {
    feedback: { ask, close, announce, announceAttention },
    progress,
  } as unknown as IngestParts["app"];
  return {
    calls,
    metrics,
    handler: ingestHandler({ app, log, publishers, account, region: "eu-central-1" }),
  };
}

const put = (detailType: string, detail: object) =>
  busEvent("video.post-processing", detailType, detail, [machineArn, executionArn]);

const asked = {
  subject: "video/v_1",
  thread: "title",
  round: 1,
  order: [0, 1, 0],
  taskToken: "AQCkAAAAKgAAAAMAAAAA",
  timeoutSeconds: 3600,
  prompt: "Which title?",
  verbs: ["pick", "reject"],
  assignees: ["user/ana"],
};

it("accepts progress, with the time and the execution that it names", async () => {
  const { handler, calls } = stage();
  await handler(
    put("Progress Reported", {
      subject: "video/v_1",
      step: "mp4",
      state: "started",
      at: "2026-01-01T00:00:00.250Z",
    }),
  );
  expect(calls.report.calls).toEqual([
    [{ subject: "video/v_1", step: "mp4", state: "started", at: Date.UTC(2026, 0, 1) + 250 }, envelope],
  ]);
});

it("accepts candidates, questions and their withdrawal", async () => {
  const { handler, calls } = stage();
  const proposed = {
    subject: "video/v_1",
    thread: "title",
    round: 1,
    candidates: [{ id: "a", title: "A", more: 1 }],
  };
  const closed = { subject: "video/v_1", thread: "title", reason: "timed out" };
  await handler(put("Candidates Proposed", proposed));
  await handler(put("Feedback Requested", asked));
  await handler(put("Feedback Closed", closed));
  expect(calls.propose.calls).toEqual([[proposed, envelope]]);
  expect(calls.ask.calls).toEqual([[asked, envelope]]);
  expect(calls.close.calls).toEqual([[closed, envelope]]);
});

it("notifies the channels when a request has changed", async () => {
  const { handler, calls } = stage();
  await handler(busEvent("callboard", "Request Changed", { requestId: "req_000000000001", version: 2 }));
  expect(calls.announce.calls).toEqual([["req_000000000001", 2]]);
});

it("notifies the channels when a person opens a request", async () => {
  const { handler, calls } = stage();
  await handler(busEvent("callboard", "Attention Changed", { requestId: "req_000000000001" }));
  expect(calls.announceAttention.calls).toEqual([["req_000000000001"]]);
});

it("accepts Request Changed only from Callboard itself", async () => {
  const { handler, calls, metrics } = stage();
  await handler(put("Request Changed", { requestId: "req_000000000001", version: 2 }));
  expect(calls.announce.calls).toEqual([]);
  expect(metrics).toMatchObject([{ name: "unknown_events", detailType: "Request Changed" }]);
});

it("takes the end of an execution", async () => {
  const { handler, calls, metrics } = stage();
  const detail = {
    executionArn,
    stateMachineArn: machineArn,
    name: "e1",
    status: "FAILED",
    startDate: 1_767_225_600_000,
    stopDate: 1_767_225_601_000,
    error: "States.TaskFailed",
    cause: null,
  };
  await handler(busEvent("aws.states", "Step Functions Execution Status Change", detail, [executionArn]));
  const { stateMachineArn: _, ...known } = detail;
  expect(calls.executionChanged.calls).toEqual([[known]]);
  expect(metrics).toEqual([]);
});

it("takes the progress of ServerlessVideo's videos", async () => {
  const { handler, calls } = stage();
  await handler(
    busEvent("serverlessVideo.videoManager", "MP4ProcessingStarted", { id: "v_1", channel_name: "ana" }),
  );
  expect(calls.report.calls).toMatchObject([[{ subject: "video/v_1", step: "mp4", state: "started" }, {}]]);
});

it("ignores fields that it does not know, and counts them", async () => {
  const { handler, calls, metrics } = stage();
  await handler(put("Feedback Requested", { ...asked, colour: "red", size: 3 }));
  expect(calls.ask.calls).toEqual([[asked, envelope]]);
  expect(metrics).toEqual([{ name: "unknown_fields", value: 2, detailType: "Feedback Requested" }]);
});

it.each([
  put("Something Else", {}),
  busEvent("aws.states", "Step Functions Activity Scheduled", {}),
  busEvent("serverlessVideo.Cognito", "BroadcastUserCreated", {
    request: { userAttributes: { email: "a@b.c" } },
  }),
  busEvent("callboard", "Feedback Relayed", { requestId: "req_000000000001" }),
])("ignores an event that is not for it, and counts it", async (event) => {
  const { handler, calls, metrics } = stage();
  await handler(event);
  expect(Object.values(calls).flatMap((call) => call.calls)).toEqual([]);
  expect(metrics).toMatchObject([{ name: "unknown_events", value: 1 }]);
});

it.each([
  ["Progress Reported", { subject: "no subject", step: "mp4", state: "started", at: 1 }, "subject"],
  ["Progress Reported", { subject: "video/v_1", step: "mp4", state: "dancing", at: "yesterday" }, "state"],
  ["Feedback Requested", { ...asked, assignees: [] }, "assignees"],
  ["Feedback Requested", { ...asked, taskToken: "" }, "taskToken"],
  ["Feedback Requested", { ...asked, default: { verb: "answer" } }, "default.verb"],
])("refuses a bad %s with the name of the field, and without its content", async (type, detail, field) => {
  const { handler, calls } = stage();
  const failure = await handler(put(type, detail)).catch((error: unknown) => error as Error);
  expect(failure).toMatchObject({ name: "BadEvent", message: expect.stringContaining(`${field}: `) });
  expect((failure as Error).message).toContain(`${type} ${envelope.id}`);
  expect((failure as Error).message).toContain(`of ${executionArn}: `);
  expect((failure as Error).message).not.toContain("AQCkAAAA");
  expect(Object.values(calls).flatMap((call) => call.calls)).toEqual([]);
});

it("also names subject and execution if the domain refuses, once and only if they are well-formed", async () => {
  const reason = "execution: neither in the event's resources nor in its detail";
  const app = {
    feedback: { ask: () => Promise.reject(new BadEvent(reason)) },
  } as unknown as IngestParts["app"];
  const handler = ingestHandler({ app, log: keptLog().log });
  const unnamed = { ...put("Feedback Requested", asked), resources: ["arn:odd words"] };
  await expect(handler(unnamed)).rejects.toMatchObject({
    name: "BadEvent",
    message: `Feedback Requested ${envelope.id} about video/v_1: ${reason}`,
    cause: { message: reason },
  });
  const odd = { ...put("Feedback Requested", { ...asked, subject: "secret words" }), resources: [] };
  await expect(handler(odd)).rejects.toMatchObject({
    message: `Feedback Requested ${envelope.id}: subject: a subject is <kind>/<id>, such as video/v_1`,
  });
});

it.each([64, 65, 10_000])("accepts an event with 64 levels and refuses one with %d", async (levels) => {
  const { handler, calls } = stage();
  // The detail is a level, and so is `data`.
  const data = JSON.parse(`{"a":${"[".repeat(levels - 2)}${"]".repeat(levels - 2)}}`);
  const event = put("Progress Reported", {
    subject: "video/v_1",
    step: "mp4",
    state: "started",
    at: envelope.time,
    data,
  });
  const taken = handler(event);
  if (levels > 64)
    await expect(taken).rejects.toMatchObject({
      name: "BadEvent",
      message: expect.stringContaining("detail: nested over 64 levels"),
    });
  else await taken;
  expect(calls.report.calls).toHaveLength(levels > 64 ? 0 : 1);
});

it.each([
  undefined,
  {},
  { ...put("Progress Reported", {}), time: "soon" },
  { ...put("Progress Reported", {}), time: "0001-01-01T00:00:00Z" },
])("refuses what is not a bus event", async (event) => {
  await expect(stage().handler(event)).rejects.toMatchObject({ name: "BadEvent" });
});

it("throws a failure on, so that the event is delivered again", async () => {
  const { log } = keptLog();
  const app = { feedback: { ask: () => Promise.reject(new Error("the table is away")) } };
  const handler = ingestHandler({ app: app as unknown as IngestParts["app"], log });
  await expect(handler(put("Feedback Requested", asked))).rejects.toThrow("the table is away");
});

it("accepts a publisher's events only about its own subjects", async () => {
  const progress = (subject: string) =>
    put("Progress Reported", { subject, step: "mp4", state: "started", at: envelope.time });
  const own = stage({ "video.post-processing": ["video/"] });
  await own.handler(progress("video/v_1"));
  expect(own.calls.report.calls).toHaveLength(1);
  const [, { may }] = own.calls.report.calls[0] as unknown as [unknown, Envelope];
  expect([may("video/v_2"), may("order/1")]).toEqual([true, false]);
  const [refused, unnamed] = [own, stage({ somebody: ["video/"] })];
  await expect(refused.handler(progress("order/1"))).rejects.toThrow(/subject: .* may not publish about it/);
  await expect(unnamed.handler(put("Feedback Requested", asked))).rejects.toThrow(/may not publish/);
  expect(own.calls.report.calls).toHaveLength(1);
  expect(unnamed.calls.ask.calls).toEqual([]);
});

it("also checks the subjects of events that it translates", async () => {
  const complete = busEvent("serverlessVideo.videoManager", "MP4ProcessingComplete", {
    id: "v_1",
    compute: "ecs",
  });
  const [named, unnamed] = [stage({ "serverlessVideo.videoManager": ["video/"] }), stage({ orders: ["o/"] })];
  await named.handler(complete);
  expect(named.calls.report.calls).toHaveLength(1);
  await expect(unnamed.handler(complete)).rejects.toThrow(/serverlessVideo.videoManager may not publish/);
});

const foreign = "arn:aws:states:eu-central-1:210987654321:execution:titles:e1";

it.each([
  ["of the account that it runs in", put("Feedback Requested", asked)],
  [
    "of an execution of that account, put by a function of another",
    { ...put("Feedback Requested", asked), account: "210987654321" },
  ],
  [
    "whose execution has a custom name",
    busEvent("a", "Feedback Requested", { ...asked, execution: "job-7" }),
  ],
])("takes a question %s", async (_, event) => {
  const { handler, calls } = stage(undefined, "123456789012");
  await handler(event);
  expect(calls.ask.calls).toHaveLength(1);
});

it.each([
  ["whose execution is in another account", busEvent("a", "Feedback Requested", asked, [foreign])],
  [
    "whose detail names an execution in another account",
    busEvent("a", "Feedback Requested", { ...asked, execution: foreign }),
  ],
  [
    "that another account put, without an execution's ARN",
    { ...busEvent("a", "Feedback Requested", { ...asked, execution: "job-7" }), account: "210987654321" },
  ],
])("refuses a question %s, since its token is valid only there", async (_, event) => {
  const { handler, calls } = stage(undefined, "123456789012");
  await expect(handler(event)).rejects.toMatchObject({
    name: "BadEvent",
    message: expect.stringMatching(
      /execution: it is of account 210987654321, and a task token is valid only in its own account and Region: ask from account 123456789012 in eu-central-1/,
    ),
  });
  expect(calls.ask.calls).toEqual([]);
});

it("refuses a question of another Region, since its token is valid only there", async () => {
  const { handler, calls } = stage(undefined, "123456789012");
  const there = foreign.replace("210987654321", "123456789012").replace("eu-central-1", "eu-west-1");
  await expect(handler(busEvent("a", "Feedback Requested", asked, [there]))).rejects.toThrow(
    "execution: it is in eu-west-1, and a task token is valid only in its own account and Region",
  );
  expect(calls.ask.calls).toEqual([]);
});

it("accepts reports of another account, which need no token", async () => {
  const { handler, calls } = stage(undefined, "123456789012");
  const detail = { subject: "video/v_1", step: "mp4", state: "started", at: envelope.time };
  await handler({ ...busEvent("a", "Progress Reported", detail, [foreign]), account: "210987654321" });
  expect(calls.report.calls).toHaveLength(1);
});

it.each(["210987654321", undefined])("refuses events of account %s with Callboard's source", async (from) => {
  const { handler, calls } = stage(undefined, "123456789012");
  const event = busEvent("callboard", "Request Changed", { requestId: "req_000000000001", version: 1 });
  await handler(event);
  expect(calls.announce.calls).toHaveLength(1);
  await expect(handler({ ...event, account: from })).rejects.toThrow(
    /account: only account 123456789012 may put events of source callboard/,
  );
  expect(calls.announce.calls).toHaveLength(1);
});

/** The ports for a recording that starts: a step of the video, and facts of it and of its channel. */
async function recordingStarts(progress: object): Promise<void> {
  const { log } = keptLog();
  const handler = ingestHandler({ app: { progress } as unknown as IngestParts["app"], log });
  const detail = { recording_status: "Recording Start", stream_id: "v_1", channel_name: "ana" };
  await handler(busEvent("aws.ivs", "IVS Recording State Change", detail, []));
}

it("does not wait for one part of an event before it does the next", async () => {
  const told: string[] = [];
  let tellChannel = () => {};
  const channelTold = new Promise<void>((done) => {
    tellChannel = done;
  });
  await recordingStarts({
    report: () => channelTold,
    async setFacts({ subject }: { subject: string }) {
      told.push(subject);
      if (subject === "channel/ana") tellChannel();
    },
  });
  expect(told).toEqual(["video/v_1", "channel/ana"]);
});

it("reports that a part of an event failed only after every part has ended", async () => {
  const done: string[] = [];
  const taken = recordingStarts({
    report: () => Promise.reject(new Error("the table is away")),
    async setFacts({ subject }: { subject: string }) {
      await Promise.resolve();
      done.push(subject);
    },
  });
  await expect(taken).rejects.toThrow("the table is away");
  expect(done).toEqual(["video/v_1", "channel/ana"]);
});
