import { version } from "../channel/version.ts";
import type { Item, ProgressReported, StepState, StepValue } from "../protocol/index.ts";

/** A folded value with the version that orders it. */
export interface Folded<T> {
  value: T;
  version: string;
}

export const isFinal = (state: StepState): boolean =>
  state === "succeeded" || state === "failed" || state === "skipped";

/**
 * A step after a report: a higher attempt wins; within an attempt a final state is never left, an older report says
 * nothing and percent never falls. `undefined`: the report is old.
 */
export function foldStep(
  current: Item | undefined,
  report: ProgressReported,
  execution: string,
): Folded<StepValue> | undefined {
  const attempt = report.attempt ?? 1;
  const before = current?.value ? (current.value as StepValue) : undefined;
  const same = before?.attempt === attempt ? before : undefined;
  if (before && attempt < before.attempt) return undefined;
  if (same && isFinal(same.state) && !isFinal(report.state)) return undefined;
  if (same && !isFinal(report.state) && report.at < same.at) return undefined;
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
  // A final state has one version, so that no second one can follow it within the attempt.
  const order = isFinal(report.state) ? [attempt, 1, 0, 0] : [attempt, 0, report.at, Math.max(0, percent)];
  return { value, version: version(...order) };
}

/** A step or an execution as everyone may see it. */
export function withoutCause<T extends { cause?: unknown; arn?: unknown }>(
  value: T,
): Omit<T, "cause" | "arn"> {
  const { cause: _, arn: __, ...rest } = value;
  return rest;
}
