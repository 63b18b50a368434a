import { expect, it } from "vitest";
import {
  noRetries,
  type RecordedAnswer,
  type RecordedCall,
  recordedService,
} from "../testing/recorded-service.ts";
import { jsonService } from "./json/service.ts";
import { sfnExecutions } from "./sfn-executions.ts";

const execution = "arn:aws:states:us-east-1:000000000000:execution:post-processing:e1";
const token = "AQCkAAAAKgAAAAMAAAAAAAAAAd+token/of==";

function stage(answer: RecordedAnswer | ((call: RecordedCall, nth: number) => RecordedAnswer)) {
  const service = recordedService(typeof answer === "function" ? answer : () => answer);
  const { transport, calls } = service;
  return { executions: sfnExecutions(jsonService({ transport, retries: noRetries })), calls };
}

it("gives the output to the wait unchanged", async () => {
  const { executions, calls } = stage({});
  expect(await executions.succeed(token, { replyId: "r1", value: { a: null } })).toBe("ok");
  expect(calls).toMatchObject([{ operation: "SendTaskSuccess" }]);
  expect(JSON.parse(calls[0]!.body)).toEqual({
    taskToken: token,
    output: '{"replyId":"r1","value":{"a":null}}',
  });
});

it("sends a heartbeat", async () => {
  const { executions, calls } = stage({});
  expect(await executions.heartbeat(token)).toBe("ok");
  expect(calls).toMatchObject([
    { operation: "SendTaskHeartbeat", body: JSON.stringify({ taskToken: token }) },
  ]);
});

it.each([
  ["TaskTimedOut", 400, "timed_out"],
  ["TaskDoesNotExist", 400, "missing"],
  ["InvalidOutput", 400, "invalid"],
  ["InvalidToken", 400, "invalid"],
  ["ValidationException", 400, "invalid"],
  ["ThrottlingException", 400, "again"],
  ["KmsThrottlingException", 400, "again"],
  ["InternalServerError", 500, "again"],
  ["ServiceUnavailable", 503, "again"],
])("treats %s as an outcome", async (error, status, outcome) => {
  const { executions } = stage({ error, status });
  expect(await executions.succeed(token, {})).toBe(outcome);
  expect(await executions.heartbeat(token)).toBe(outcome);
});

it("repeats it when the service is not reached", async () => {
  const { executions } = stage(() => {
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  });
  expect(await executions.succeed(token, {})).toBe("again");
  expect(await executions.waitOutcome(execution, token, "r1")).toBe("unknown");
});

it("does not hide that a permission is missing", async () => {
  const { executions } = stage({ error: "AccessDeniedException" });
  await expect(executions.succeed(token, {})).rejects.toMatchObject({ name: "AccessDeniedException" });
});

it.each([
  ["ExecutionDoesNotExist", "gone"],
  ["AccessDeniedException", "no_access"],
  ["KmsAccessDeniedException", "no_access"],
  ["InvalidArn", "no_access"],
  ["ThrottlingException", "unknown"],
])("reads %s of the history as %s", async (error, outcome) => {
  const { executions } = stage({ error });
  expect(await executions.waitOutcome(execution, token, "r1")).toBe(outcome);
});

interface Event {
  id: number;
  type: string;
  previousEventId: number;
  [details: string]: unknown;
}

/** A wait's events from `id` on: scheduled, started, submitted. */
const wait = (id: number, taskToken: string): Event[] => [
  {
    id,
    type: "TaskScheduled",
    previousEventId: id - 1,
    taskScheduledEventDetails: {
      resourceType: "events",
      resource: "putEvents.waitForTaskToken",
      region: "us-east-1",
      parameters: JSON.stringify({ Entries: [{ Detail: { taskToken } }] }),
    },
  },
  { id: id + 1, type: "TaskStarted", previousEventId: id },
  { id: id + 2, type: "TaskSubmitted", previousEventId: id + 1 },
];

const succeeded = (id: number, previousEventId: number, output: unknown): Event => ({
  id,
  type: "TaskSucceeded",
  previousEventId,
  taskSucceededEventDetails: {
    resourceType: "events",
    resource: "putEvents",
    output: JSON.stringify(output),
  },
});
const event = (id: number, type: string, previousEventId = id - 1): Event => ({ id, type, previousEventId });
const entered = (id: number) => event(id, "TaskStateEntered");
const began = [event(1, "ExecutionStarted", 0), entered(2)];

it.each<[string, Event[], string]>([
  [
    "delivered: our reply ended the wait",
    [...began, ...wait(3, token), succeeded(6, 5, { replyId: "r1" })],
    "delivered",
  ],
  [
    "delivered: and the execution went on to its end",
    [
      ...began,
      ...wait(3, token),
      succeeded(6, 5, { replyId: "r1" }),
      event(7, "TaskStateExited"),
      event(8, "ExecutionSucceeded"),
    ],
    "delivered",
  ],
  [
    "delivered: between the events of a parallel branch",
    [
      ...began,
      ...wait(3, token),
      ...wait(6, "other"),
      succeeded(9, 8, { replyId: "r9" }),
      succeeded(10, 5, { replyId: "r1" }),
    ],
    "delivered",
  ],
  [
    "gone: somebody else's reply ended the wait",
    [...began, ...wait(3, token), succeeded(6, 5, { replyId: "r2" })],
    "gone",
  ],
  [
    "gone: an output that is not a reply ended it",
    [...began, ...wait(3, token), succeeded(6, 5, "done")],
    "gone",
  ],
  [
    "gone: our reply's id ended another wait, not this one",
    [
      ...began,
      ...wait(3, token),
      event(6, "TaskTimedOut"),
      ...wait(7, "next"),
      succeeded(10, 9, { replyId: "r1" }),
    ],
    "gone",
  ],
  ["gone: the wait timed out", [...began, ...wait(3, token), event(6, "TaskTimedOut")], "gone"],
  ["gone: the wait failed", [...began, ...wait(3, token), event(6, "TaskFailed")], "gone"],
  ["gone: a sibling branch failed", [...began, ...wait(3, token), event(6, "TaskStateAborted")], "gone"],
  [
    "gone: the execution was aborted in the wait",
    [...began, ...wait(3, token), event(6, "ExecutionAborted", 0)],
    "gone",
  ],
  ["gone: the execution ended and never had the wait", [...began, event(3, "ExecutionFailed")], "gone"],
  ["unknown: the wait is still open", [...began, ...wait(3, token)], "unknown"],
  [
    "unknown: a redriven execution waits again",
    [
      event(1, "ExecutionStarted", 0),
      event(2, "ExecutionAborted", 0),
      event(3, "ExecutionRedriven", 2),
      ...wait(4, token),
    ],
    "unknown",
  ],
  ["unknown: the wait is not in the history yet", began, "unknown"],
])("%s", async (_what, events, outcome) => {
  const newestFirst = [...events].reverse();
  const { executions, calls } = stage((_call, nth) => ({
    body: {
      events: newestFirst.slice(nth * 2, nth * 2 + 2).map((one) => ({ ...one, timestamp: 1_767_225_600 })),
      ...(newestFirst.length > nth * 2 + 2 ? { nextToken: `page-${nth + 1}` } : {}),
    },
  }));
  expect(await executions.waitOutcome(execution, token, "r1")).toBe(outcome);
  expect(JSON.parse(calls[0]!.body)).toEqual({
    executionArn: execution,
    reverseOrder: true,
    includeExecutionData: true,
    maxResults: 1000,
  });
  if (calls.length > 1) expect(JSON.parse(calls[1]!.body)).toMatchObject({ nextToken: "page-1" });
});

it("stops reading a history without end", async () => {
  const { executions, calls } = stage(() => ({
    body: { events: [event(9, "WaitStateEntered")], nextToken: "more" },
  }));
  expect(await executions.waitOutcome(execution, token, "r1")).toBe("unknown");
  expect(calls).toHaveLength(50);
});
