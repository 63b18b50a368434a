import type { ProgressReported, StepValue } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { ExecutionRecord } from "../ports/index.ts";
import { begunEarlier, type Folded, foldStep, isEnded, isFinal, settleStep } from "./step.ts";

const arn = "arn:aws:states:us-east-1:000000000000:execution:m:e";
const report = (more: Partial<ProgressReported> = {}): ProgressReported => ({
  subject: "video/v_1",
  step: "probe",
  state: "started",
  at: 100,
  ...more,
});

/** A step after these reports; those that are old change nothing. */
function after(...reports: Partial<ProgressReported>[]): Folded<StepValue> {
  let step: Folded<StepValue> | undefined;
  for (const one of reports) step = foldStep(step, report(one), "m:e") ?? step;
  return step!;
}
const told = (before: Folded<StepValue>, more: Partial<ProgressReported>) =>
  foldStep(before, report(more), "m:e");

describe("a step", () => {
  it("begins with its first report, in attempt 1 by default", () => {
    expect(after({}).value).toEqual({
      execution: "m:e",
      step: "probe",
      state: "started",
      attempt: 1,
      startedAt: 100,
      at: 100,
    });
    expect(after({ attempt: 3, percent: 0 }).value).toMatchObject({ attempt: 3, percent: 0 });
  });

  it("keeps its percentage, data and message until newer ones arrive", () => {
    const step = after({ state: "running", percent: 40, message: "m", data: { a: 1 } });
    const next = told(step, { state: "running", at: 110, percent: 30 })!;
    expect(next.value).toMatchObject({ percent: 40, message: "m", data: { a: 1 }, startedAt: 100, at: 110 });
    expect(next.version > step.version).toBe(true);
    const done = told(next, { state: "succeeded", at: 120 })!;
    expect(done.value).toMatchObject({ percent: 40, data: { a: 1 } });
    expect(done.value).not.toHaveProperty("message");
  });

  it("ignores older reports except for an earlier start", () => {
    const step = after({ at: 100 }, { state: "running", at: 200, percent: 5 });
    expect(told(step, { at: 150 })).toBeUndefined();
    const earlier = told(step, { at: 50 })!;
    expect(earlier.value).toEqual({ ...step.value, startedAt: 50 });
    expect(earlier.version > step.version).toBe(true);
    expect(told(step, { state: "running", at: 200, percent: 6 })?.value.percent).toBe(6);
  });

  it("takes the higher percentage of reports with the same time", () => {
    const [low, high] = [5, 6].map((percent) => after({ state: "running", percent }));
    expect(low!.version < high!.version).toBe(true);
  });

  it("keeps its final state within the attempt, and continues in a later one", () => {
    const step = after({}, { state: "failed", at: 200, cause: "Boom" });
    expect(told(step, { at: 300 })).toBeUndefined();
    expect(told(step, { attempt: 0, at: 300 })).toBeUndefined();
    const second = told(step, { attempt: 2, at: 300, percent: 1 })!;
    expect(second.value).toMatchObject({ state: "started", attempt: 2, startedAt: 300, percent: 1 });
    expect(second.value).not.toHaveProperty("cause");
    expect(told(second, { state: "succeeded", at: 400 })).toBeUndefined();
  });

  it("has one version for every end of an attempt, so that a second end is ignored", () => {
    const ends = (["succeeded", "failed", "skipped"] as const).map((state) => after({ state }).version);
    expect(new Set(ends).size).toBe(1);
    expect(after({ at: 9e12 }).version < ends[0]!).toBe(true);
    expect(after({ state: "failed", attempt: 2 }).version > ends[0]!).toBe(true);
  });

  it("keeps the version of an end with an earlier start when the end is repeated", () => {
    const done = after({ at: 100 }, { state: "succeeded", at: 200 });
    const earlier = told(done, { at: 50 })!;
    expect(told(earlier, { state: "succeeded", at: 200 })!.version).toBe(earlier.version);
  });
});

it("knows which states are final", () => {
  const states = ["started", "running", "succeeded", "failed", "skipped"] as const;
  expect(states.map(isFinal)).toEqual([false, false, true, true, true]);
});

describe("an earlier start", () => {
  it("is added to the current value, and sorts just above it", () => {
    const known = { value: {}, version: "5" };
    const present = { startedAt: 100, more: 1 };
    expect(begunEarlier(undefined, known, 50)).toBeUndefined();
    expect(begunEarlier(present, undefined, 50)).toBeUndefined();
    expect(begunEarlier(present, known, 100)).toBeUndefined();
    const first = begunEarlier(present, known, 50)!;
    expect(first.value).toEqual({ startedAt: 50, more: 1 });
    const second = begunEarlier(first.value, first, 20)!;
    expect(["5", first.version, second.version, "5.0", "6"]).toEqual(
      ["6", second.version, "5.0", "5", first.version].sort(),
    );
  });
});

describe("a step under way when its execution ends", () => {
  const started = after({ at: 100 });
  const record = (more: Partial<ExecutionRecord> = {}): ExecutionRecord =>
    ({
      execution: arn,
      end: { state: "failed", at: 500, redrive: 0, cause: "Boom" },
      ...more,
    }) as ExecutionRecord;

  it("ends with the state of the execution", () => {
    const failed = settleStep(started, record());
    expect(failed.value).toMatchObject({ state: "failed", at: 500, cause: "Boom" });
    expect(failed.value.message).toEqual(expect.any(String));
    expect(isEnded(failed, record())).toBe(true);
    const done = settleStep(started, record({ end: { state: "succeeded", at: 500, redrive: 0 } as never }));
    expect(done.value).toEqual({ ...started.value, state: "succeeded", at: 500 });
    expect(isEnded(done, record())).toBe(false);
  });

  it("keeps the time of a later report, and its own end", () => {
    const late = after({ at: 900 });
    expect(settleStep(late, record()).value).toMatchObject({ state: "failed", at: 900 });
    const failed = after({ state: "failed", at: 200 });
    expect(settleStep(failed, record())).toBe(failed);
    expect(isEnded(failed, record())).toBe(false);
    expect(isEnded(failed, { execution: arn })).toBe(false);
  });

  it("ends although it is still reported after the end, as long as nobody knows when a redrive began", () => {
    const late = after({ at: 100 }, { state: "running", at: 700 });
    expect(settleStep(late, record({ redrive: { number: 1 } })).value.state).toBe("failed");
  });

  it("stays under way while the execution runs, or in a later run", () => {
    expect(settleStep(started, { execution: arn })).toBe(started);
    const later = after({ at: 700 });
    expect(settleStep(later, record({ redrive: { number: 1, at: 600 } }))).toBe(later);
  });

  it("is started again if a redrive continues there", () => {
    const again = settleStep(started, record({ redrive: { number: 1, at: 600 } }));
    expect(again.value).toEqual({ ...started.value, state: "started", at: 600 });
    expect(again.version > settleStep(started, record()).version).toBe(true);
    const [fast, slow] = [60, 40].map((percent) =>
      settleStep(after({ at: 100, percent }), record({ redrive: { number: 1, at: 600 } })),
    );
    expect(fast!.version > slow!.version).toBe(true);
    expect(settleStep(started, record({ redrive: { number: 1 } as never })).value.state).toBe("failed");
  });
});
