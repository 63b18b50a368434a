import type { HistoryEvent } from "@callboard/aws-local";
import { expect, it } from "vitest";
import { entriesPut, withoutTokens } from "./put-event.ts";
import { addToTrace, type Trace } from "./trace.ts";

const token = Buffer.from(`arn:aws:states:us-east-1:000000000000:execution:m:e ${"s".repeat(60)}`).toString(
  "base64url",
);

const detail = {
  subject: "video/v_1",
  prompt: "Which title?",
  taskToken: token,
  note: `see ${token}`,
  list: [{ deep: token }],
};

const event = (id: number, previousEventId: number, type: string, details: object = {}): HistoryEvent => ({
  id,
  previousEventId,
  timestamp: id * 100,
  type,
  ...details,
});

/** A state that asks and gets an answer, and one that fails in a parallel branch. */
const history: HistoryEvent[] = [
  event(1, 0, "ExecutionStarted", { executionStartedEventDetails: { input: '{"secret":"input"}' } }),
  event(2, 1, "ParallelStateEntered", { stateEnteredEventDetails: { name: "Both", input: "{}" } }),
  event(3, 2, "ParallelStateStarted"),
  event(4, 3, "TaskStateEntered", { stateEnteredEventDetails: { name: "Ask", input: "{}" } }),
  event(5, 3, "TaskStateEntered", { stateEnteredEventDetails: { name: "Draw", input: "{}" } }),
  event(6, 4, "TaskScheduled", {
    taskScheduledEventDetails: {
      resourceType: "events",
      resource: "putEvents.waitForTaskToken",
      parameters: JSON.stringify({
        Entries: [{ Source: "s", DetailType: "Feedback Requested", Detail: detail }],
      }),
    },
  }),
  event(7, 5, "TaskFailed", { taskFailedEventDetails: { error: "NotAPicture", cause: `secret ${token}` } }),
  event(8, 6, "TaskSucceeded", {
    taskSucceededEventDetails: {
      output: JSON.stringify({ replyId: "rpl_1", verb: "pick", comment: "secret" }),
    },
  }),
  event(9, 8, "TaskStateExited", { stateExitedEventDetails: { name: "Ask", output: "{}" } }),
];

function traceOf(events: readonly HistoryEvent[]): Trace {
  const trace: Trace = { events: [], answers: [] };
  for (const one of events) addToTrace(trace, one);
  return trace;
}

it("names the state of each event, also in branches", () => {
  const { events } = traceOf(history);
  expect(events.map(({ state }) => state)).toEqual([
    undefined,
    "Both",
    "Both",
    "Ask",
    "Draw",
    "Ask",
    "Draw",
    "Ask",
    "Ask",
  ]);
});

it("has the answers that states got", () => {
  expect(traceOf(history).answers).toEqual([
    { id: 8, at: 800, state: "Ask", replyId: "rpl_1", verb: "pick" },
  ]);
});

it("shows no inputs, outputs, errors' causes or arguments of states", () => {
  const told = JSON.stringify(traceOf(history));
  expect(told).not.toMatch(/secret|taskToken/);
  expect(told).not.toContain(token);
});

it("shows what a state put on the bus, without task tokens at any place in it", () => {
  const [entry] = entriesPut(history[5]!);
  expect(entry).toMatchObject({ source: "s", "detail-type": "Feedback Requested" });
  expect(entry!.detail).toMatchObject({ subject: "video/v_1", prompt: "Which title?", note: "see …" });
  expect(JSON.stringify(entry)).not.toContain(token);
});

it("shows nothing for an id that is not an event's", () => {
  const lambda = { resourceType: "lambda", resource: "invoke", parameters: '{"Payload":{}}' };
  expect(entriesPut(event(1, 0, "TaskScheduled", { taskScheduledEventDetails: lambda }))).toEqual([]);
  expect(entriesPut(history[0]!)).toEqual([]);
});

it("hides a token that is text within text, and one in a field of another name", () => {
  const hidden = JSON.stringify(withoutTokens({ json: JSON.stringify({ taskToken: token }), other: token }));
  expect(hidden).not.toContain(token);
  expect(hidden).toContain("other");
});
