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
 * The current value with the earlier start that a late report shows; `undefined`: its start is not earlier. The new
 * version is only just above the current one, so anything newer stays newer.
 */
export function begunEarlier<T extends { readonly startedAt: number }>(
  present: T | undefined,
  known: Known | undefined,
  at: number,
): Folded<T> | undefined {
  if (!present || !known || at >= present.startedAt) return undefined;
  const [current] = known.version.split(EARLIER);
  const earlier = version(limits.latestTime - at);
  return { value: { ...present, startedAt: at }, version: `${current}${EARLIER}${earlier}` };
}

/**
 * Separates a version from the earlier start that was added to it. It sorts after the plain version, and before any
 * further part.
 */
const EARLIER = ".+";

/** Whether a reported state of a step is final. */
export const isFinal = (state: StepState): boolean =>
  state === "succeeded" || state === "failed" || state === "skipped";

/** The times of a step's attempt that show its run. */
interface Attempt {
  readonly startedAt: number;
  readonly at: number;
}

/**
 * The run of a step's attempt. If it is known when the latest run began, the time of the last report decides, else the
 * attempt's start.
 */
const runOfStep = (record: ExecutionRecord, { startedAt, at }: Attempt): number =>
  runAt(record, record.redrive?.at === undefined ? startedAt : at);

/**
 * The versions of a step. Within an attempt, a report of a later run is newer; the end of a run is newer than all
 * reports of that run; a final report is the newest.
 */
const liveVersion = (attempt: number, run: number, at: number, percent: number) =>
  version(attempt, 0, run, 0, at, percent);
const endedVersion = (attempt: number, run: number) => version(attempt, 0, run, 1, 0, 0);
// All final states have one version, so no second one can follow within the attempt.
const finalVersion = (attempt: number) => version(attempt, 1, 0, 0, 0, 0);

/**
 * The step after a report, given what is known of its execution. A higher attempt wins. Within an attempt a reported
 * final state never changes, older reports are ignored and the percentage never decreases. `undefined`: the report is
 * old.
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
    return { value, version: same && isOver ? current.version : finalVersion(attempt) };
  }
  const run = record ? runOfStep(record, value) : 0;
  return { value, version: liveVersion(attempt, run, report.at, Math.max(0, percent)) };
}

/** The step after its execution ended, or runs again: ended, and started again where a redrive continues. */
export const settleStep = (step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> =>
  resumeStep(endStep(step, record), record);

/** Whether a step failed because its execution's latest run ended, and not by its own report. */
export const isEnded = ({ value, version }: Folded<StepValue>, { end }: ExecutionRecord): boolean =>
  end !== undefined &&
  value.state === "failed" &&
  version.split(EARLIER)[0] === endedVersion(value.attempt, end.redrive);

/** Ends a step that was under way when its run ended; a step of a later run stays under way. */
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

/** A redrive continues where the run before it ended: no event reports that the step there has started again. */
function resumeStep(step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> {
  const at = record.redrive?.at;
  const run = latestRun(record);
  if (at === undefined || run === record.end?.redrive || !isEnded(step, record)) return step;
  const { message: _, cause: __, ...value } = step.value;
  return {
    value: { ...value, state: "started", at },
    version: liveVersion(value.attempt, run, at, value.percent ?? 0),
  };
}
