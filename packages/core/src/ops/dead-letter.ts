import { BusEvent, Channel, RequestId, SOURCE, Subject } from "@callboard/protocol";
import * as z from "zod/mini";
import type { BusChoice, QueuedMessage } from "../ports/ops.ts";
import { type DeadReason, failedReason, undeliveredReason } from "./dead-reason.ts";

/** `undelivered`: the bus could not hand an event over. `failed`: a function was given it, and failed. */
export type DeadLetterKind = "undelivered" | "failed";

/**
 * What can be done about it. `resend`: put the event on its bus again. `by_itself`: Callboard's own event, which nobody
 * else may put; the clock makes up for it, or the next heartbeat of each browser. `drop`: nobody can put it again.
 */
export type Remedy = "resend" | "by_itself" | "drop";

/** A dead letter without what the event holds: neither a task token nor anybody's words. */
export interface DeadLetter {
  /** The message's. */
  readonly id: string;
  readonly kind: DeadLetterKind;
  /** When it was put into the queue, in milliseconds since the epoch. */
  readonly at?: number;
  /** Missing when the message holds none. */
  readonly event?: DeadEvent;
  readonly reason: DeadReason;
  readonly remedy: Remedy;
}

export interface DeadEvent {
  readonly id: string;
  readonly detailType: string;
  readonly source: string;
  /** When it was put, ISO 8601. */
  readonly time: string;
  /** Its subject, or else the request, channel or execution that it names. */
  readonly about?: string;
}

/** A dead letter with the event itself and the bus that it was on, which are never shown. */
export interface ReadLetter {
  readonly letter: DeadLetter;
  readonly event?: BusEvent;
  readonly bus: BusChoice;
}

/** What Lambda sends to an on-failure destination; anything else counts as having no event. */
const FailureRecord = z.object({
  requestContext: z.object({ condition: z.string() }),
  requestPayload: z.optional(z.unknown()),
  responsePayload: z.optional(z.unknown()),
});

/** Reads a message of a dead-letter queue; whatever it holds, this does not throw. */
export function readLetter(
  kind: DeadLetterKind,
  message: QueuedMessage,
  busOf: (event: BusEvent) => BusChoice,
): ReadLetter {
  const body = parsed(message.body);
  const record = kind === "failed" ? FailureRecord.safeParse(body).data : undefined;
  const event = BusEvent.safeParse(kind === "failed" ? record?.requestPayload : body).data;
  const bus = busOfRule(message.attributes.RULE_ARN) ?? (event ? busOf(event) : "callboard");
  const letter: DeadLetter = {
    id: message.id,
    kind,
    ...(message.sentAt === undefined ? {} : { at: message.sentAt }),
    ...(event ? { event: shownOf(event) } : {}),
    reason:
      kind === "undelivered"
        ? undeliveredReason(message.attributes)
        : failedReason(record?.requestContext.condition, record?.responsePayload),
    remedy: remedyFor(event),
  };
  return { letter, bus, ...(event ? { event } : {}) };
}

/** Only AWS may put events whose source begins with `aws.`, and only Callboard's functions those of Callboard. */
function remedyFor(event: BusEvent | undefined): Remedy {
  if (!event) return "drop";
  if (event.source === SOURCE) return "by_itself";
  return event.source.startsWith("aws.") ? "drop" : "resend";
}

/** The bus of a rule: `…:rule/<bus>/<name>`, without a bus on the default one. */
function busOfRule(arn: string | undefined): BusChoice | undefined {
  const rule = arn?.split(":rule/")[1];
  if (rule === undefined) return undefined;
  return rule.includes("/") ? "callboard" : "default";
}

function shownOf(event: BusEvent): DeadEvent {
  const { id, source, time, detail, "detail-type": detailType } = event;
  const { subject, requestId, channel, executionArn } = detail;
  const about =
    Subject.safeParse(subject).data ??
    RequestId.safeParse(requestId).data ??
    Channel.safeParse(channel).data ??
    ExecutionArn.safeParse(executionArn).data;
  return { id, detailType, source, time, ...(about === undefined ? {} : { about }) };
}

const ExecutionArn = z.string().check(z.regex(/^arn:[\w-]+:states:[\w-]+:\d{12}:\w+:[^\s]{1,161}$/));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
