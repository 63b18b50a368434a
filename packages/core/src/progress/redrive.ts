import type { ExecutionRecord } from "../ports/index.ts";

/** The end of one run of an execution: its start is run 0, each redrive begins the next. */
export type End = NonNullable<ExecutionRecord["end"]>;

/** The latest run of an execution that anything is known of. */
export const latestRun = ({ redrive, end }: ExecutionRecord): number =>
  Math.max(redrive?.number ?? 0, end?.redrive ?? 0);

/** The end of an execution as it stands; undefined while it runs, be it redriven. */
export const standingEnd = (record: ExecutionRecord | undefined): End | undefined =>
  record?.end && record.end.redrive >= latestRun(record) ? record.end : undefined;

/**
 * The run in which something happened, by its time: the latest, or one before it. Until it is known when a redrive
 * began, it began right after the end before it.
 */
export function runAt(record: ExecutionRecord | undefined, at: number): number {
  if (!record) return 0;
  const run = latestRun(record);
  const { redrive, end } = record;
  const earlier =
    redrive?.number === run && redrive.at !== undefined
      ? at < redrive.at
      : end !== undefined && end.redrive < run && at <= end.at;
  return earlier ? run - 1 : run;
}

/** A step's attempt, as far as it tells of a redrive. */
interface Attempt {
  readonly attempt: number;
  readonly startedAt: number;
  readonly at: number;
}

/** The run to which a step's attempt belongs: the last to report it, if it is known when that began. */
export const runOfStep = (record: ExecutionRecord, { startedAt, at }: Attempt): number =>
  runAt(record, record.redrive?.at === undefined ? startedAt : at);

/**
 * Tells whether a step's attempt shows that an execution runs again although nobody said so: a later attempt than the
 * first, begun after the end. One that began before it and still reports is only late. What succeeded is not redriven.
 */
export function showsRedrive(
  end: End,
  { attempt, startedAt }: Pick<Attempt, "attempt" | "startedAt">,
): boolean {
  return end.state !== "succeeded" && attempt > 1 && startedAt > end.at;
}

/**
 * Tells whether a question was asked in the run that ended, or in one before it. `askedAt` is told to the second, so
 * that it is a moment too early at most.
 */
export const askedBefore = (
  end: End,
  { order, askedAt }: { readonly order: readonly number[]; readonly askedAt: number },
): boolean => (order[0] ?? 0) <= end.redrive && askedAt <= end.at;
