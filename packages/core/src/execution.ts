import { BadEvent, fnv1a, type Subject } from "@callboard/protocol";
import type { ExecutionRecord } from "./ports/index.ts";

/** The fields of an event other than its detail, as the bus reports them. */
export interface Envelope {
  /** The event's id. */
  readonly id: string;
  /** When it was put on the bus, in milliseconds; EventBridge reports whole seconds. */
  readonly time: number;
  /** The execution's ARN among the event's resources, where Step Functions writes it. */
  readonly execution?: string;
  /** The event's source, as the bus reports it. */
  readonly source: string;
  /** Whether this source may publish about a subject. */
  may(subject: Subject): boolean;
}

/**
 * Throws `BadEvent` unless the event's source may publish about the subject: anybody who can put events on the bus can
 * name any execution and any question. `field` is the field of the event that names it.
 */
export function checkSubject(envelope: Envelope, field: string, subject: Subject | undefined): void {
  if (subject === undefined || envelope.may(subject)) return;
  throw new BadEvent(`${field}: it is about a subject that ${envelope.source} may not publish about`);
}

/** The ARN of an event's execution; throws `BadEvent` when neither the bus nor the detail names one. */
export function executionOf(envelope: Envelope, detail: { readonly execution?: string | undefined }): string {
  const execution = envelope.execution ?? detail.execution;
  if (execution === undefined)
    throw new BadEvent("execution: neither in the event's resources nor in its detail");
  return execution;
}

const MAX_ID_LENGTH = 200;

/**
 * The short name of an execution in keys: `<state machine>:<name>`, the end of its ARN, because executions of two state
 * machines may have the same name. `-` is used for progress outside of any execution. A text that is not an ARN is
 * returned unchanged.
 */
export function executionId(arn: string | undefined): string {
  if (arn === undefined) return "-";
  // arn:<partition>:states:<region>:<account>:execution:<state machine>:<name>
  const parts = arn.split(":");
  const name = (parts[0] === "arn" && parts.length > 6 ? parts.slice(6).join(":") : arn).replaceAll("/", "_");
  return name.length <= MAX_ID_LENGTH ? name : `${name.slice(0, MAX_ID_LENGTH)}~${fnv1a(name).toString(36)}`;
}

/** The end of one run of an execution: its start is run 0, each redrive begins the next. */
export type End = NonNullable<ExecutionRecord["end"]>;

/** The latest run of an execution that is known. */
export const latestRun = ({ redrive, end }: ExecutionRecord): number =>
  Math.max(redrive?.number ?? 0, end?.redrive ?? 0);

/** The end of an execution; undefined while it runs, also after a redrive. */
export const currentEnd = (record: ExecutionRecord | undefined): End | undefined =>
  record?.end && record.end.redrive >= latestRun(record) ? record.end : undefined;

/**
 * The run in which something happened, by its time: the latest run, or the one before it. If the start of a redrive is
 * not known yet, it counts as right after the previous end.
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

/**
 * Whether an attempt at a step shows that an execution runs again although no event said so: it is a later attempt than
 * the first and began after the end. An attempt that began before the end is only a late report. An execution that
 * succeeded is not redriven.
 */
export const showsRedrive = (
  end: End,
  { attempt, startedAt }: { readonly attempt: number; readonly startedAt: number },
): boolean => end.state !== "succeeded" && attempt > 1 && startedAt > end.at;

/**
 * Whether a question was asked in the run that ended, or in an earlier one. `askedAt` is in whole seconds, so it is at
 * most a moment too early.
 */
export const askedBefore = (
  end: End,
  { order, askedAt }: { readonly order: readonly number[]; readonly askedAt: number },
): boolean => (order[0] ?? 0) <= end.redrive && askedAt <= end.at;
