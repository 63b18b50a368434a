import type { ExecutionValue, ProgressReported } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { type Known, version } from "../channel/change.ts";
import type { End } from "../execution.ts";
import type { ExecutionRecord } from "../ports/index.ts";
import {
  foldEnded,
  foldReported,
  foldRunning,
  isEndedIn,
  isKnownTo,
  reportedRedrive,
} from "./execution-value.ts";
import type { Folded } from "./step.ts";

const arn = "arn:aws:states:us-east-1:000000000000:execution:m:e";
const execution = "m:e";

type Shown = Folded<ExecutionValue> | undefined;
type Fold = (current: Known | undefined) => Shown;

const recordOf = (more: Partial<ExecutionRecord> = {}): ExecutionRecord => ({ execution: arn, ...more });
const endOf = (state: End["state"], at: number, more: Partial<End> = {}): End => ({
  state,
  at,
  redrive: 0,
  ...more,
});
const redriven = (number: number, at?: number) => recordOf({ redrive: at ? { number, at } : { number } });

/** The first sign of a run. */
const running =
  (at: number, record = recordOf()): Fold =>
  (current) =>
    foldRunning(current, execution, record, at);

/** A report of the workflow about itself. */
const told =
  (state: ProgressReported["state"], at: number, more: Partial<ProgressReported> = {}, run?: number): Fold =>
  (current) =>
    foldReported(
      current,
      { subject: "video/v_1", step: "execution", state, at, ...more },
      execution,
      arn,
      run,
    );

/** Step Functions' report of an end. */
const ended =
  (end: End, step?: string, record = recordOf({ startedAt: 5 })): Fold =>
  (current) =>
    foldEnded(current, record, end, execution, step);

/** What is shown after these events; one with a version that is not newer changes nothing. */
function after(...folds: readonly Fold[]): Shown {
  let shown: Shown;
  for (const fold of folds) {
    const next = fold(shown);
    if (next && (!shown || next.version > shown.version)) shown = next;
  }
  return shown;
}

describe("an execution that runs", () => {
  it("is shown from its first sign on, and takes an earlier start from a late one", () => {
    const first = after(running(100));
    expect(first?.value).toEqual({ execution, state: "running", startedAt: 100, arn });
    expect(running(150)(first)).toBeUndefined();
    expect(after(running(100), running(50))?.value).toEqual({ ...first?.value, startedAt: 50 });
  });

  it("shows what the workflow says of itself, from the earlier start", () => {
    const said = told("started", 200, { message: "m", data: { step: "probe" } });
    expect(after(running(100), said)?.value).toEqual({
      execution,
      state: "running",
      startedAt: 100,
      step: "probe",
      message: "m",
      data: { step: "probe" },
      arn,
    });
    expect(after(running(100), told("running", 50))?.value.startedAt).toBe(50);
    const outside = foldReported(
      undefined,
      { subject: "a/b", step: "execution", state: "started", at: 1 },
      "-",
      undefined,
    );
    expect(outside?.value).toEqual({ execution: "-", state: "running", startedAt: 1 });
  });

  it("is shown again after it was removed, though its sign is older than the removal", () => {
    const removedAt = (at: number): Known => ({ value: null, version: version(0, 0, 0, at) });
    for (const at of [100, 900]) {
      const shown = running(100)(removedAt(at));
      expect(shown?.value).toMatchObject({ state: "running", startedAt: 100 });
      expect(shown!.version).toBe(version(0, 0, 0, at + 1));
    }
    expect(running(100)(removedAt(50))?.version).toBe(version(0, 0, 0, 100));
  });

  it("runs again in a redrive, since its first start, whatever comes late of the run before", () => {
    const again = after(running(100), ended(endOf("failed", 200)), running(300, redriven(1, 300)));
    expect(again?.value).toEqual({ execution, state: "running", startedAt: 100, redrive: 1, arn });
    for (const late of [running(350), told("failed", 190), told("running", 190), ended(endOf("failed", 200))])
      expect(late(again)).toBeUndefined();
  });
});

describe("a workflow that reports its own end", () => {
  it("says whether it succeeded, and when", () => {
    expect(after(running(100), told("succeeded", 200))?.value).toMatchObject({
      state: "succeeded",
      startedAt: 100,
      endedAt: 200,
    });
    expect(after(told("failed", 200, { cause: "Boom" }, 1))?.value).toEqual({
      execution,
      state: "failed",
      startedAt: 200,
      endedAt: 200,
      cause: "Boom",
      redrive: 1,
      arn,
    });
  });

  it("does not run any more, whatever it reported before and arrives late", () => {
    const failed = after(told("failed", 200));
    expect(told("running", 300)(failed)).toBeUndefined();
    expect(running(300)(failed)).toBeUndefined();
  });

  it("may end again in a later attempt: nothing of the earlier one remains", () => {
    const failed = after(told("failed", 200, { data: { a: 1 } }));
    expect(told("failed", 200)(failed)?.value).toMatchObject({ data: { a: 1 } });
    const later = told("succeeded", 400, { attempt: 2 })(failed)!;
    expect(later.value).not.toHaveProperty("data");
    expect(later.version > failed!.version).toBe(true);
  });

  it("keeps the end of a redrive that is known only afterwards, but not an end from before it", () => {
    const failed = told("failed", 400, { attempt: 1001 });
    expect(after(failed, running(300, redriven(1, 400)))?.value).toMatchObject({
      state: "failed",
      redrive: 1,
    });
    expect(after(failed, running(401, redriven(1, 401)))?.value).toMatchObject({
      state: "running",
      redrive: 1,
    });
    const unknownSince = (at: number) => running(500, { ...redriven(1), end: endOf("failed", at) });
    expect(after(failed, unknownSince(399))?.value).toMatchObject({ state: "failed", redrive: 1 });
    expect(after(failed, unknownSince(400))?.value).toMatchObject({ state: "running", redrive: 1 });
    expect(after(failed, running(500, redriven(1)))?.value).toMatchObject({ state: "running", redrive: 1 });
  });

  it("shows a redrive if a later attempt ended after the end that is known", () => {
    const shown = (attempt: number, at: number, ...more: Fold[]) =>
      reportedRedrive(after(told("failed", at, { attempt }), ...more), endOf("failed", 200));
    expect(shown(1001, 201)).toBe(true);
    expect(shown(1001, 200)).toBe(false);
    expect(shown(1, 201)).toBe(false);
    expect(shown(1001, 201, ended(endOf("failed", 200)))).toBe(false);
    const ofRedrive = after(told("failed", 201, { attempt: 1001 }, 1));
    expect(reportedRedrive(ofRedrive, endOf("failed", 200))).toBe(false);
    expect(reportedRedrive(undefined, endOf("failed", 200))).toBe(false);
    const removed: Known = { value: null, version: version(0, 1, 1001, 0) };
    expect(reportedRedrive(removed, endOf("failed", 200))).toBe(false);
  });
});

describe("an end that Step Functions reports", () => {
  it("is shown with its step, its cause, and a message for people", () => {
    expect(ended(endOf("timed_out", 200, { cause: "Boom" }), "mp4")(undefined)?.value).toEqual({
      execution,
      state: "timed_out",
      startedAt: 5,
      endedAt: 200,
      step: "mp4",
      message: "It took too long.",
      cause: "Boom",
      arn,
    });
    expect(ended(endOf("succeeded", 200), "mp4")(undefined)?.value).toEqual({
      execution,
      state: "succeeded",
      startedAt: 5,
      endedAt: 200,
      arn,
    });
    expect(ended(endOf("succeeded", 200), "mp4", recordOf())(undefined)?.value.startedAt).toBe(200);
  });

  it("does not keep a message from while it ran", () => {
    const value = after(
      told("running", 100, { message: "working", cause: "c" }),
      ended(endOf("failed", 200)),
    )?.value;
    expect(value).toMatchObject({ message: "Something went wrong." });
    expect(value).not.toHaveProperty("cause");
  });

  it("is repeated without any change, except that a late report may name the step", () => {
    const end = endOf("failed", 200);
    const shown = after(ended(end));
    expect(ended(end)(shown)).toBeUndefined();
    const named = after(ended(end), ended(end, "mp4"))!;
    expect(named.value).toEqual({ ...shown?.value, step: "mp4" });
    expect(ended(end, "mp3")(named)).toBeUndefined();
  });

  it("and the workflow's own report are shown together, in either order", () => {
    const end = ended(endOf("timed_out", 200, { cause: "States.Timeout" }), "mp4");
    const own = told("failed", 190, { message: "no codec", cause: "Codec", data: { step: "encode" } });
    const shown = after(running(5), own, end);
    expect(shown?.value).toMatchObject({
      state: "timed_out",
      endedAt: 200,
      step: "encode",
      message: "no codec",
      cause: "Codec",
    });
    const other = after(running(5), end, own);
    expect([other?.value, other?.version]).toEqual([shown?.value, shown?.version]);
    expect(after(running(5), end, own, end, own)).toEqual(other);
  });

  it("says by its version whether the workflow had reported an end before", () => {
    expect(after(running(5), ended(endOf("failed", 200)))?.version).toBe(version(0, 2, 0, 0));
    expect(after(told("failed", 190), ended(endOf("failed", 200)))?.version).toBe(version(0, 2, 1, 0));
  });
});

it("knows by a version whether a run ended, or a later one", () => {
  const isEnded = (run: number, ...parts: number[]) =>
    isEndedIn({ value: null, version: version(...parts) }, run);
  expect(isEnded(0, 0, 0)).toBe(false);
  expect(isEnded(0, 0, 1)).toBe(true);
  expect(isEnded(0, 1, 1)).toBe(true);
  expect(isEnded(10, 10, 2)).toBe(true);
  expect(isEnded(1, 0, 2)).toBe(false);
});

describe("a record knows all that is shown of its execution", () => {
  const isKnown = (record: ExecutionRecord, ...folds: Fold[]) => isKnownTo(record, after(...folds));

  it("while nothing is shown, or only that it runs", () => {
    expect(isKnown(recordOf())).toBe(true);
    expect(isKnownTo(recordOf(), { value: null, version: version(3, 2) })).toBe(true);
    expect(isKnown(recordOf(), running(100))).toBe(true);
  });

  it("if it knows the latest run, and the end of that run", () => {
    expect(isKnown(recordOf(), running(100, redriven(1)))).toBe(false);
    expect(isKnown(redriven(1), running(100, redriven(1)))).toBe(true);
    const end = ended(endOf("failed", 200));
    expect(isKnown(recordOf(), end)).toBe(false);
    expect(isKnown(recordOf({ end: endOf("failed", 200) }), end)).toBe(true);
    const second = ended(endOf("failed", 400, { redrive: 1 }));
    expect(isKnown({ ...redriven(1), end: endOf("failed", 200) }, second)).toBe(false);
    expect(isKnown(recordOf(), told("failed", 200))).toBe(true);
  });
});
