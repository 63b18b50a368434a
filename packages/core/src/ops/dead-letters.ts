import { BusEvent, Channel, cutText, RequestId, SOURCE, Subject } from "@callboard/protocol";
import * as z from "zod/mini";
import type { BusChoice, DeadLetterQueue, EventResender, QueuedMessage } from "../ports/ops.ts";

/** `undelivered`: the bus could not hand an event over. `failed`: a function was given it, and failed. */
export type DeadLetterKind = "undelivered" | "failed";

/**
 * What can be done about it. `resend`: put the event on its bus again. `by_itself`: Callboard's own event, which nobody
 * else may put; the clock makes up for it, or the next heartbeat of each browser. `drop`: nobody can put it again.
 */
type Remedy = "resend" | "by_itself" | "drop";

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

/** What is shown of an event. */
interface DeadEvent {
  readonly id: string;
  readonly detailType: string;
  readonly source: string;
  /** When it was put, ISO 8601. */
  readonly time: string;
  /** Its subject, or else the request, channel or execution that it names. */
  readonly about?: string;
}

/** A dead letter with the event itself and the bus that it was on, which are never shown. */
interface ReadLetter {
  readonly letter: DeadLetter;
  readonly event?: BusEvent;
  readonly bus: BusChoice;
}

/** Why something lies in a dead-letter queue. */
interface DeadReason {
  /** EventBridge's error code, or the type of the error that the function threw. */
  readonly code: string;
  /** Left out where it could repeat what the event holds. */
  readonly message?: string;
  /** The rule whose target it was for. */
  readonly rule?: string;
}

/** Messages that are taken of each queue at once. */
const mostLetters = 1000;

const kinds: readonly DeadLetterKind[] = ["undelivered", "failed"];

/** The queues and the bus. */
export interface DeadLetterPorts {
  /** Those that are known. */
  readonly queues: { readonly [K in DeadLetterKind]?: DeadLetterQueue };
  readonly resender: EventResender;
  /** The bus that an event of this source and type is put on. */
  readonly busOf: (event: BusEvent) => BusChoice;
}

/** What lies in both queues. */
export interface DeadLetters {
  /** The oldest first. */
  readonly letters: readonly DeadLetter[];
  /** There may be others behind them. */
  readonly more: boolean;
}

/** Looks at what both queues hold and leaves it there; meanwhile others miss it, for two minutes at most. */
export async function listDeadLetters(ports: DeadLetterPorts): Promise<DeadLetters> {
  const letters: DeadLetter[] = [];
  const more = await eachQueue(ports, async (_, letter) => {
    letters.push(letter.letter);
    return "keep";
  });
  return { letters: letters.sort(byTime), more };
}

/** Why a letter was not resent: nobody can, the clock does, or the code with which the bus refused it. */
export interface Kept {
  readonly letter: DeadLetter;
  readonly refused?: string;
}

/** What became of each letter that was to be resent. */
export interface Resent {
  /** They are on their bus again, and no longer in the queue. */
  readonly resent: readonly DeadLetter[];
  readonly kept: readonly Kept[];
  readonly more: boolean;
}

/**
 * Puts events on their bus again and then deletes their messages, in this order: whoever dies in between has the event
 * twice, which every handler bears. Only the letter with that id, or every one that can be resent.
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

/** Deletes one message for good; undefined: it was not found, or somebody else has taken it. */
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

/** Judges every message, and lets others have those that are kept, even when something throws on the way. */
async function eachQueue(
  { queues, busOf }: Pick<DeadLetterPorts, "queues" | "busOf">,
  judge: (message: QueuedMessage, letter: ReadLetter) => Promise<Verdict>,
): Promise<boolean> {
  let anyMore = false;
  for (const kind of kinds) {
    const queue = queues[kind];
    if (!queue) continue;
    const { messages, more } = await queue.take(mostLetters);
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

/** What Lambda sends to an on-failure destination; anything else counts as having no event. */
const FailureRecord = z.object({
  requestContext: z.object({ condition: z.string() }),
  requestPayload: z.optional(z.unknown()),
  responsePayload: z.optional(z.unknown()),
});

/** Reads a message of a dead-letter queue; whatever it holds, this does not throw. */
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

/** Room for what an event is about and for several reasons. */
const longestMessage = 1000;

/**
 * From the attributes that EventBridge (and its scheduler) sets on a message
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
function undeliveredReason(attributes: Readonly<Record<string, string>>): DeadReason {
  const { ERROR_CODE: code = "unknown", ERROR_MESSAGE: message, RULE_ARN: arn } = attributes;
  const rule = arn?.split(":rule/")[1];
  return {
    code,
    ...(message ? { message: cutText(message, longestMessage) } : {}),
    ...(rule ? { rule } : {}),
  };
}

const ErrorPayload = z.object({
  errorType: z.optional(z.string()),
  errorMessage: z.optional(z.string()),
});

/** Errors whose messages never hold what the event holds: ours that promise it, the runtime's, and AWS's refusals. */
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
  return { code, ...(message ? { message: cutText(message, longestMessage) } : {}) };
}

/** Lambda names no type for a function that ran out of time. */
const timedOut = (message: string | undefined): string | undefined =>
  message && /Task timed out after [\d.]+ seconds/.exec(message)?.[0];
