import { AwsError } from "../endpoint/aws-json.ts";
import type { Acceptance } from "../lambda/event-queue.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import { type EntryFailure, entryBytes, type Origin, type PutEvent, readEntry } from "./event.ts";
import type { MatchedTarget, Rules } from "./rules.ts";

/** The answer of PutEvents: an event id or a failure for each entry, in their order. */
export interface PutEventsResult {
  readonly FailedEntryCount: number;
  readonly Entries: ({ readonly EventId: string } | EntryFailure)[];
}

/** An entry may have 1 MB since January 2026; so may a whole call. */
const MAX_CALL_SIZE = 1024 * 1024;
const MAX_ENTRIES = 10;
/** With more undelivered events than this, new events are refused, as AWS throttles. */
const MAX_UNDELIVERED = 100_000;

export interface PutEventsOptions {
  readonly store: Store;
  readonly rules: Rules;
  readonly origin: () => Origin;
  readonly undelivered: () => number;
  /** Hands a stored event to its target. */
  readonly accept: (put: PutEvent, target: MatchedTarget) => readonly Acceptance[];
  readonly onMissingBus: (name: string) => void;
}

/** The result of an entry, if its deliveries can be written. */
interface Outcome {
  readonly result: PutEventsResult["Entries"][number];
  readonly acceptances: readonly Acceptance[];
}

/**
 * Accepts events. When this resolves, one commit has stored them for every target that they match, and they are on their
 * way. A bad entry fails alone; a bad call is a `ValidationException`. Sources of AWS are only for its services.
 */
export async function putEvents(
  entries: unknown,
  publisher: "service" | "customer",
  { store, rules, origin, undelivered, accept, onMissingBus }: PutEventsOptions,
): Promise<PutEventsResult> {
  if (!Array.isArray(entries))
    throw invalid("Value null at 'entries' failed to satisfy constraint: Member must not be null");
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    const bound = entries.length < 1 ? "greater than or equal to 1" : `less than or equal to ${MAX_ENTRIES}`;
    throw invalid(`Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`);
  }
  if (entries.reduce<number>((sum, entry) => sum + entryBytes(entry), 0) > MAX_CALL_SIZE) {
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
  const outcomes = entries.map((entry) => take(entry));
  const acceptances = outcomes.flatMap((outcome) => outcome.acceptances);
  const kept = await write(store, acceptances);
  for (const { begin, cancel } of acceptances) kept ? begin() : cancel();
  const results = outcomes.map((outcome) =>
    kept || outcome.acceptances.length === 0 ? outcome.result : NOT_KEPT,
  );
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };

  function take(entry: unknown): Outcome {
    const read = readEntry(entry, origin());
    if (read.kind === "failed") return failed(read.failure);
    if (publisher === "customer" && read.event.source.startsWith("aws.")) {
      return failed({
        ErrorCode: "NotAuthorizedForSourceException",
        ErrorMessage: "Not authorized for the source.",
      });
    }
    if (undelivered() >= MAX_UNDELIVERED) {
      return failed({
        ErrorCode: "ThrottlingException",
        ErrorMessage: "Too many events are waiting for their targets.",
      });
    }
    // An event without a matching rule, or for a bus that does not exist, is accepted and dropped, as on AWS
    // (https://github.com/aws/aws-sdk/issues/186).
    const matching = rules.matching(read.bus, read.event);
    if (matching.length === 0 && !rules.buses().includes(read.bus)) onMissingBus(read.bus);
    return {
      result: { EventId: read.event.id },
      acceptances: matching.flatMap((target) => accept(read, target)),
    };
  }
}

const NOT_KEPT: EntryFailure = { ErrorCode: "InternalFailure", ErrorMessage: "The event could not be kept." };

const failed = (failure: EntryFailure): Outcome => ({ result: failure, acceptances: [] });

async function write(store: Store, acceptances: readonly Acceptance[]): Promise<boolean> {
  if (acceptances.length === 0) return true;
  try {
    await store.write(acceptances.flatMap(({ writes }) => writes));
    return true;
  } catch (cause) {
    if (!(cause instanceof StoreFailure)) console.error("bus: events could not be kept", cause);
    return false;
  }
}

function invalid(detail: string): AwsError {
  return new AwsError("ValidationException", `1 validation error detected: ${detail}`);
}
