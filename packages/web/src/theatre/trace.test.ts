import { expect, it } from "vitest";
import { foldTrace, type States, type TraceEvent } from "./trace.ts";

let id = 0;
const event = (type: string, state?: string, error?: string): TraceEvent => ({
  id: ++id,
  at: id * 10,
  type,
  ...(state === undefined ? {} : { state }),
  ...(error === undefined ? {} : { error }),
});
const none: States = new Map();
const fold = (...events: TraceEvent[]) => foldTrace(none, events, (state) => state === "Ask");
const standing = (states: States, name: string) => states.get(name)?.standing;

it("shows a state as waiting from its question until it is left", () => {
  const asked = [event("TaskStateEntered", "Ask"), event("TaskScheduled", "Ask")];
  expect(standing(fold(...asked), "Ask")).toBe("waiting");
  const answered = [...asked, event("TaskSucceeded", "Ask"), event("TaskStateExited", "Ask")];
  expect(standing(fold(...answered), "Ask")).toBe("done");
});

it("is the same whether a trace comes at once or event by event", () => {
  const events = [
    event("PassStateEntered", "Begin"),
    event("PassStateExited", "Begin"),
    event("TaskStateEntered", "Ask"),
    event("TaskScheduled", "Ask"),
    event("TaskTimedOut", "Ask", "States.Timeout"),
    event("TaskStateExited", "Ask"),
    event("TaskStateEntered", "Ask"),
  ];
  let step = none;
  for (const one of events) step = foldTrace(step, [one], (state) => state === "Ask");
  expect(step).toEqual(fold(...events));
  expect(step.get("Ask")).toMatchObject({ entered: 2, standing: "running" });
});

it("distinguishes a caught failure from one that ended the execution", () => {
  const failed = [
    event("TaskStateEntered", "Draw"),
    event("TaskScheduled", "Draw"),
    event("TaskFailed", "Draw", "NotAPicture"),
  ];
  expect(standing(fold(...failed), "Draw")).toBe("failed");
  expect(standing(fold(...failed, event("TaskStateExited", "Draw")), "Draw")).toBe("gone_on");
  const again = fold(...failed, event("TaskScheduled", "Draw"));
  expect(standing(again, "Draw")).toBe("running");
});

it("leaves nothing under way once the execution has ended", () => {
  const under = [event("TaskStateEntered", "Ask"), event("TaskScheduled", "Ask")];
  expect(standing(fold(...under, event("ExecutionAborted")), "Ask")).toBe("stopped");
  expect(standing(fold(...under, event("ExecutionTimedOut")), "Ask")).toBe("failed");
  const done = [event("PassStateEntered", "Begin"), event("PassStateExited", "Begin")];
  expect(standing(fold(...done, event("ExecutionAborted")), "Begin")).toBe("done");
});
