import type { Item, ProgressReported, StepState, StepValue } from "@callboard/protocol";
import { version } from "../channel/version.ts";
import type { ExecutionRecord } from "../ports/index.ts";
import { runOfStep } from "./redrive.ts";

/** A folded value with the version that orders it. */
export interface Folded<T> {
  value: T;
  version: string;
}

export const isFinal = (state: StepState): boolean =>
  state === "succeeded" || state === "failed" || state === "skipped";

/**
 * The versions of a step: within an attempt what is reported of a later run of the execution is newer, the end of a
 * run is newer than what that run reported, and a final report is newer than all of it.
 */
export const liveVersion = (attempt: number, run: number, at: number, percent: number) =>
  version(attempt, 0, run, 0, at, percent);
export const endedVersion = (attempt: number, run: number) => version(attempt, 0, run, 1, 0, 0);
// One version for every final state, so that no second one can follow it within the attempt.
const finalVersion = (attempt: number) => version(attempt, 1, 0, 0, 0, 0);

/**
 * A step after a report, given what is known of its execution: a higher attempt wins; within an attempt a reported final state is
 * never left, an older report says nothing and percent never falls. `undefined`: the report is old.
 */
export function foldStep(
  current: Item | undefined,
  report: ProgressReported,
  execution: string,
  record?: ExecutionRecord,
): Folded<StepValue> | undefined {
  const attempt = report.attempt ?? 1;
  const before = current?.value ? (current.value as StepValue) : undefined;
  const same = before?.attempt === attempt ? before : undefined;
  if (before && attempt < before.attempt) return undefined;
  const final = isFinal(report.state);
  if (same && !final && (current!.version >= finalVersion(attempt) || report.at < same.at)) return undefined;
  const percent = Math.max(report.percent ?? -1, same?.percent ?? -1);
  const message = report.message ?? (same?.state === report.state ? same.message : undefined);
  const data = report.data ?? same?.data;
  const value: StepValue = {
    execution,
    step: report.step,
    state: report.state,
    attempt,
    ...(percent < 0 ? {} : { percent }),
    ...(message === undefined ? {} : { message }),
    startedAt: Math.min(same?.startedAt ?? report.at, report.at),
    at: report.at,
    ...(data === undefined ? {} : { data }),
    ...(report.cause === undefined ? {} : { cause: report.cause }),
  };
  if (final) return { value, version: finalVersion(attempt) };
  const run = record ? runOfStep(record, value) : 0;
  return { value, version: liveVersion(attempt, run, report.at, Math.max(0, percent)) };
}

/** A step or an execution as everyone may see it. */
export function withoutCause<T extends { cause?: unknown; arn?: unknown }>(
  value: T,
): Omit<T, "cause" | "arn"> {
  const { cause: _, arn: __, ...rest } = value;
  return rest;
}
