import { AwsError } from "../endpoint/aws-json.ts";
import { type EntryFailure, entryBytes, type Origin, readEntry } from "./event.ts";
import type { Delivery, EventLog } from "./event-log.ts";
import type { Rules } from "./rules.ts";

/** The answer of PutEvents: an event id or a failure for each entry, in their order. */
export interface PutEventsResult {
  readonly FailedEntryCount: number;
  readonly Entries: ({ readonly EventId: string } | EntryFailure)[];
}

/** An entry may have 1 MB since January 2026; a call no more than that in all. */
const LARGEST_CALL = 1024 * 1024;
const MOST_ENTRIES = 10;
/** Owed events beyond this are refused, as AWS throttles. */
const MOST_OWED = 100_000;

export interface PutEventsOptions {
  readonly rules: Rules;
  readonly log: EventLog;
  readonly origin: () => Origin;
  readonly deliver: (delivery: Delivery) => void;
}

/**
 * Accepts events: each is on the disk for every target it matches before this resolves, and on its way. An entry that
 * is wrong fails alone; a call that is wrong is a `ValidationException`. Sources of AWS are for its services only.
 */
export async function putEvents(
  entries: unknown,
  publisher: "service" | "customer",
  { rules, log, origin, deliver }: PutEventsOptions,
): Promise<PutEventsResult> {
  if (!Array.isArray(entries))
    throw invalid("Value null at 'entries' failed to satisfy constraint: Member must not be null");
  if (entries.length < 1 || entries.length > MOST_ENTRIES) {
    const bound = entries.length < 1 ? "greater than or equal to 1" : `less than or equal to ${MOST_ENTRIES}`;
    throw invalid(`Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`);
  }
  if (entries.reduce<number>((sum, entry) => sum + entryBytes(entry), 0) > LARGEST_CALL) {
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
  const results = await Promise.all(entries.map((entry) => putEvent(entry)));
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };

  async function putEvent(entry: unknown): Promise<PutEventsResult["Entries"][number]> {
    const { now, account, region } = origin();
    const read = readEntry(entry, { now, account, region });
    if (read.kind === "failed") return read.failure;
    const { event, bus } = read;
    if (publisher === "customer" && event.source.startsWith("aws.")) {
      return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
    }
    if (log.size() >= MOST_OWED) {
      return {
        ErrorCode: "ThrottlingException",
        ErrorMessage: "Too many events are waiting for their targets.",
      };
    }
    const [first, ...others] = rules
      .matching(bus, event)
      .map(
        ({ rule, target }): Delivery => ({ event, acceptedAt: now, ruleArn: rule.arn, targetId: target.Id }),
      );
    // An event that nobody wants, or for a bus that does not exist, is accepted and forgotten, as on AWS.
    if (first === undefined) return { EventId: event.id };
    try {
      await log.accept([first, ...others]);
    } catch (cause) {
      console.error("bus: an event could not be kept", cause);
      return { ErrorCode: "InternalFailure", ErrorMessage: "The event could not be kept." };
    }
    for (const delivery of [first, ...others]) deliver(delivery);
    return { EventId: event.id };
  }
}

function invalid(detail: string): AwsError {
  return new AwsError("ValidationException", `1 validation error detected: ${detail}`);
}
