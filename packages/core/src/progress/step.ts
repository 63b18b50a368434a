import {
  defined,
  endMessages,
  limits,
  type ProgressReported,
  type StepState,
  type StepValue,
} from "@callboard/protocol";
import { type Known, version } from "../channel/change.ts";
import { latestRun, runAt } from "../execution.ts";
import type { ExecutionRecord } from "../ports/index.ts";

/** A folded value with the version that orders it. */
export interface Folded<T> {
  value: T;
  version: string;
}

/**
 * What stands, begun as early as a late report shows, and else as it is; `undefined`: the report shows nothing earlier. Its
 * version is only just above the one that stands, so that whatever is newer stays newer.
 */
export function begunEarlier<T extends { readonly startedAt: number }>(
  present: T | undefined,
  known: Known | undefined,
  at: number,
): Folded<T> | undefined {
  if (!present || !known || at >= present.startedAt) return undefined;
  const [stands = ""] = known.version.split(EARLIER);
  const earlier = version(limits.latestTime - at);
  return { value: { ...present, startedAt: at }, version: `${stands}${EARLIER}${earlier}` };
}

/** Between a version and how early what it is of began; it sorts after a version's end and before any further part. */
const EARLIER = ".+";

/** Tells whether a step was reported to be over. */
export const isFinal = (state: StepState): boolean =>
  state === "succeeded" || state === "failed" || state === "skipped";

/** A step's attempt, as far as it tells of a run. */
interface Attempt {
  readonly startedAt: number;
  readonly at: number;
}

/** The run to which a step's attempt belongs: the last to report it, if it is known when that began. */
const runOfStep = (record: ExecutionRecord, { startedAt, at }: Attempt): number =>
  runAt(record, record.redrive?.at === undefined ? startedAt : at);

/**
 * The versions of a step: within an attempt what is reported of a later run of the execution is newer, the end of a
 * run is newer than what that run reported, and a final report is newer than all of it.
 */
const liveVersion = (attempt: number, run: number, at: number, percent: number) =>
  version(attempt, 0, run, 0, at, percent);
const endedVersion = (attempt: number, run: number) => version(attempt, 0, run, 1, 0, 0);
// One version for every final state, so that no second one can follow it within the attempt.
const finalVersion = (attempt: number) => version(attempt, 1, 0, 0, 0, 0);

/**
 * A step after a report, given what is known of its execution: a higher attempt wins; within an attempt a reported
 * final state is never left, an older report says nothing and percent never falls. `undefined`: the report is old.
 */
export function foldStep(
  current: Known | undefined,
  report: ProgressReported,
  execution: string,
  record?: ExecutionRecord,
): Folded<StepValue> | undefined {
  const attempt = report.attempt ?? 1;
  const before = current?.value ? (current.value as StepValue) : undefined;
  const same = before?.attempt === attempt ? before : undefined;
  if (before && attempt < before.attempt) return undefined;
  const final = isFinal(report.state);
  const isOver = current !== undefined && current.version >= finalVersion(attempt);
  if (same && !final && (isOver || report.at < same.at)) return begunEarlier(same, current, report.at);
  const percent = Math.max(report.percent ?? -1, same?.percent ?? -1);
  const message = report.message ?? (same?.state === report.state ? same.message : undefined);
  const data = report.data ?? same?.data;
  const value: StepValue = defined({
    execution,
    step: report.step,
    state: report.state,
    attempt,
    percent: percent < 0 ? undefined : percent,
    message,
    startedAt: Math.min(same?.startedAt ?? report.at, report.at),
    at: report.at,
    data,
    cause: report.cause,
  });
  if (final) {
    const repeats = same && isOver && current.version !== finalVersion(attempt);
    return { value, version: repeats ? current.version : finalVersion(attempt) };
  }
  const run = record ? runOfStep(record, value) : 0;
  return { value, version: liveVersion(attempt, run, report.at, Math.max(0, percent)) };
}

/** A step as it stands when an execution is over, or runs again: ended, and where a redrive goes on started again. */
export const settleStep = (step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> =>
  resumeStep(endStep(step, record), record);

/** Tells whether a step was failed by the end of its execution's latest run, not by its own report. */
export const isEnded = ({ value, version }: Folded<StepValue>, { end }: ExecutionRecord): boolean =>
  end !== undefined &&
  value.state === "failed" &&
  version.split(EARLIER)[0] === endedVersion(value.attempt, end.redrive);

/** A step that was under way when its run of the execution ended is over too; one of a later run goes on. */
function endStep(step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> {
  const { end } = record;
  if (!end || isFinal(step.value.state) || runOfStep(record, step.value) > end.redrive) return step;
  const ended: StepValue =
    end.state === "succeeded"
      ? { ...step.value, state: "succeeded" }
      : {
          ...step.value,
          state: "failed",
          message: endMessages[end.state],
          ...(end.cause ? { cause: end.cause } : {}),
        };
  return {
    value: { ...ended, at: Math.max(ended.at, end.at) },
    version: endedVersion(step.value.attempt, end.redrive),
  };
}

/** A redrive goes on where the run before it ended: nobody reports again that the step there has started. */
function resumeStep(step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> {
  const at = record.redrive?.at;
  const run = latestRun(record);
  if (at === undefined || run === record.end?.redrive || !isEnded(step, record)) return step;
  const { message: _, cause: __, ...value } = step.value;
  return {
    value: { ...value, state: "started", at },
    version: liveVersion(value.attempt, run, at, Math.max(0, value.percent ?? 0)),
  };
}
