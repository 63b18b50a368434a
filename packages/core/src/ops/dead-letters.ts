import { BusEvent, Channel, cutText, RequestId, SOURCE, Subject } from "@callboard/protocol";
import * as z from "zod/mini";
import type { BusChoice, DeadLetterQueue, EventResender, QueuedMessage } from "../ports/ops.ts";

/** `undelivered`: the bus could not deliver an event. `failed`: a function received it and failed. */
export type DeadLetterKind = "undelivered" | "failed";

/**
 * What can be done about it. `resend`: put the event on its bus again. `by_itself`: nothing has to be done. It is one
 * of Callboard's own events, which nobody else may put; the clock, or the next heartbeat of each browser, does its
 * work. `drop`: nobody can put it again.
 */
type Remedy = "resend" | "by_itself" | "drop";

/** A dead letter without the event's content: it has no task token and no text that people wrote. */
export interface DeadLetter {
  /** The id of the message. */
  readonly id: string;
  readonly kind: DeadLetterKind;
  /** When it was put into the queue, in milliseconds since the epoch. */
  readonly at?: number;
  /** Missing when the message contains no event. */
  readonly event?: DeadEvent;
  readonly reason: DeadReason;
  readonly remedy: Remedy;
}

/** The part of an event that is shown. */
interface DeadEvent {
  readonly id: string;
  readonly detailType: string;
  readonly source: string;
  /** When it was put, ISO 8601. */
  readonly time: string;
  /** Its subject, or else the request, channel or execution that it names. */
  readonly about?: string;
}

/** A dead letter with the event itself and its bus, which are never shown. */
interface ReadLetter {
  readonly letter: DeadLetter;
  readonly event?: BusEvent;
  readonly bus: BusChoice;
}

/** Why a message is in a dead-letter queue. */
interface DeadReason {
  /** EventBridge's error code, or the type of the error that the function threw. */
  readonly code: string;
  /** Left out where it could repeat the event's content. */
  readonly message?: string;
  /** The rule to whose target it could not be delivered. */
  readonly rule?: string;
}

/** The most messages that are taken from each queue at once. */
const MAX_LETTERS = 1000;

const kinds: readonly DeadLetterKind[] = ["undelivered", "failed"];

/** The queues and the bus. */
export interface DeadLetterPorts {
  /** The queues that are known. */
  readonly queues: { readonly [K in DeadLetterKind]?: DeadLetterQueue };
  readonly resender: EventResender;
  /** The bus that an event of this source and type is put on. */
  readonly busOf: (event: BusEvent) => BusChoice;
}

/** The content of both queues. */
export interface DeadLetters {
  /** The oldest first. */
  readonly letters: readonly DeadLetter[];
  /** Whether there may be more of them. */
  readonly more: boolean;
}

/**
 * Lists both queues and leaves their messages there. Meanwhile other readers do not see the messages, for two minutes
 * at most.
 */
export async function listDeadLetters(ports: DeadLetterPorts): Promise<DeadLetters> {
  const letters: DeadLetter[] = [];
  const more = await eachQueue(ports, async (_, letter) => {
    letters.push(letter.letter);
    return "keep";
  });
  return { letters: letters.sort(byTime), more };
}

/** Why a letter was not resent: nobody can, the clock does its work, or the code with which the bus refused it. */
export interface Kept {
  readonly letter: DeadLetter;
  readonly refused?: string;
}

/** The result for each letter that was to be resent. */
export interface Resent {
  /** These are on their bus again, and no longer in the queue. */
  readonly resent: readonly DeadLetter[];
  readonly kept: readonly Kept[];
  readonly more: boolean;
}

/**
 * Puts events on their bus again and then deletes their messages, in this order. If the process dies in between, the
 * event exists twice, which every handler tolerates. With `id` only that letter is resent, else every one that can be.
 */
export async function resendDeadLetters(ports: DeadLetterPorts, id?: string): Promise<Resent> {
  const resent: DeadLetter[] = [];
  const kept: Kept[] = [];
  const more = await eachQueue(ports, async (_, { letter, event, bus }) => {
    if (id !== undefined && letter.id !== id) return "keep";
    const result =
      event && letter.remedy === "resend"
        ? await ports.resender.resend(event, bus)
        : { outcome: "kept" as const };
    if (result.outcome === "sent") {
      resent.push(letter);
      return "remove";
    }
    kept.push({ letter, ...(result.outcome === "refused" ? { refused: result.code } : {}) });
    return "keep";
  });
  return { resent, kept, more };
}

/** Deletes one message permanently. Undefined: it was not found, or another reader has taken it. */
export async function dropDeadLetter(
  ports: Pick<DeadLetterPorts, "queues" | "busOf">,
  id: string,
): Promise<DeadLetter | undefined> {
  let dropped: DeadLetter | undefined;
  await eachQueue(ports, async (message, { letter }) => {
    if (message.id !== id) return "keep";
    dropped = letter;
    return "remove";
  });
  return dropped;
}

type Verdict = "keep" | "remove";

/** Decides about every message. Releases the messages that are kept, even when something throws. */
async function eachQueue(
  { queues, busOf }: Pick<DeadLetterPorts, "queues" | "busOf">,
  judge: (message: QueuedMessage, letter: ReadLetter) => Promise<Verdict>,
): Promise<boolean> {
  let anyMore = false;
  for (const kind of kinds) {
    const queue = queues[kind];
    if (!queue) continue;
    const { messages, more } = await queue.take(MAX_LETTERS);
    anyMore ||= more;
    const left = new Set(messages);
    try {
      for (const message of messages) {
        if ((await judge(message, readLetter(kind, message, busOf))) === "keep") continue;
        await queue.remove(message);
        left.delete(message);
      }
    } finally {
      await queue.release([...left]);
    }
  }
  return anyMore;
}

const byTime = (a: DeadLetter, b: DeadLetter): number => (a.at ?? 0) - (b.at ?? 0);

/** What Lambda sends to an on-failure destination. Any other content counts as a letter without an event. */
const FailureRecord = z.object({
  requestContext: z.object({ condition: z.string() }),
  requestPayload: z.optional(z.unknown()),
  responsePayload: z.optional(z.unknown()),
});

/** Reads a message of a dead-letter queue; never throws, whatever the message contains. */
function readLetter(
  kind: DeadLetterKind,
  message: QueuedMessage,
  busOf: DeadLetterPorts["busOf"],
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

/** Only AWS may put events with a source that begins with `aws.`, and only Callboard's functions those of Callboard. */
function remedyFor(event: BusEvent | undefined): Remedy {
  if (!event) return "drop";
  if (event.source === SOURCE) return "by_itself";
  return event.source.startsWith("aws.") ? "drop" : "resend";
}

/** The bus in a rule's ARN: `…:rule/<bus>/<name>`; without `<bus>`, the default one. */
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

/** Long enough for the event's subject and for several reasons. */
const MAX_MESSAGE_LENGTH = 1000;

/**
 * From the attributes that EventBridge (and its scheduler) sets on a message
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
function undeliveredReason(attributes: Readonly<Record<string, string>>): DeadReason {
  const { ERROR_CODE: code = "unknown", ERROR_MESSAGE: message, RULE_ARN: arn } = attributes;
  const rule = arn?.split(":rule/")[1];
  return {
    code,
    ...(message ? { message: cutText(message, MAX_MESSAGE_LENGTH) } : {}),
    ...(rule ? { rule } : {}),
  };
}

const ErrorPayload = z.object({
  errorType: z.optional(z.string()),
  errorMessage: z.optional(z.string()),
});

/**
 * Errors whose messages never contain the event's content: our own that promise it, the runtime's, and AWS's refusals.
 */
const discreet =
  /^(BadEvent|BusRefused|TimeoutError|ResourceNotFoundException|AccessDenied\w*|Throttling\w*|ProvisionedThroughputExceeded\w*|(Sandbox|Runtime|Lambda)\.[\w.]+)$/;

/**
 * From the record that Lambda sends to an on-failure destination
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 */
function failedReason(condition: string | undefined, responsePayload: unknown): DeadReason {
  const { errorType, errorMessage } = ErrorPayload.safeParse(responsePayload).data ?? {};
  const code = errorType ?? condition ?? "unknown";
  const message = discreet.test(code) ? errorMessage : timedOut(errorMessage);
  return { code, ...(message ? { message: cutText(message, MAX_MESSAGE_LENGTH) } : {}) };
}

/** For a function that timed out Lambda sends no error type. */
const timedOut = (message: string | undefined): string | undefined =>
  message && /Task timed out after [\d.]+ seconds/.exec(message)?.[0];
