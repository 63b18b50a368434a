import { BadEvent, fnv1a, type Subject } from "@callboard/protocol";
import type { ExecutionRecord } from "./ports/index.ts";

/** What the bus says of an event, beside its detail. */
export interface Envelope {
  /** The event's id. */
  readonly id: string;
  /** When it was put, in milliseconds; EventBridge tells it to the second. */
  readonly time: number;
  /** The execution's ARN among the event's resources, where Step Functions writes it. */
  readonly execution?: string;
  /** Who put the event, as the bus says. */
  readonly source: string;
  /** Tells whether this source may publish about a subject. */
  may(subject: Subject): boolean;
}

/**
 * Throws `BadEvent` unless the source of an event may publish about the subject that something is about: whoever reaches
 * the bus can name any execution and any question. `field` is what names it in the event.
 */
export function checkSubject(envelope: Envelope, field: string, subject: Subject | undefined): void {
  if (subject === undefined || envelope.may(subject)) return;
  throw new BadEvent(`${field}: it is about a subject that ${envelope.source} may not publish about`);
}

/** The ARN of the execution that an event is about; throws `BadEvent` when neither the bus nor the detail names one. */
export function executionOf(envelope: Envelope, detail: { readonly execution?: string | undefined }): string {
  const execution = envelope.execution ?? detail.execution;
  if (execution === undefined)
    throw new BadEvent("execution: neither in the event's resources nor in its detail");
  return execution;
}

const longestId = 200;

/**
 * The short name of an execution in keys: `<state machine>:<name>`, the end of its ARN, so that two state machines may
 * give one name; `-` for progress that no execution reports. Whatever is no ARN names itself.
 */
export function executionId(arn: string | undefined): string {
  if (arn === undefined) return "-";
  // arn:<partition>:states:<region>:<account>:execution:<state machine>:<name>
  const parts = arn.split(":");
  const name = (parts[0] === "arn" && parts.length > 6 ? parts.slice(6).join(":") : arn).replaceAll("/", "_");
  return name.length <= longestId ? name : `${name.slice(0, longestId)}~${fnv1a(name).toString(36)}`;
}

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

/**
 * Tells whether an attempt at a step shows that an execution runs again although nobody said so: a later attempt than
 * the first, begun after the end. One that began before it and still reports is only late. What succeeded is not
 * redriven.
 */
export const showsRedrive = (
  end: End,
  { attempt, startedAt }: { readonly attempt: number; readonly startedAt: number },
): boolean => end.state !== "succeeded" && attempt > 1 && startedAt > end.at;

/**
 * Tells whether a question was asked in the run that ended, or in one before it. `askedAt` is told to the second, so
 * that it is a moment too early at most.
 */
export const askedBefore = (
  end: End,
  { order, askedAt }: { readonly order: readonly number[]; readonly askedAt: number },
): boolean => (order[0] ?? 0) <= end.redrive && askedAt <= end.at;
