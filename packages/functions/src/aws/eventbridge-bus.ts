import { type Bus, type Clock, eachLimited } from "@callboard/core";
import { byteLength, SOURCE } from "@callboard/protocol";
import type { EventBridge } from "./clients.ts";

export interface EventBridgeBusOptions {
  readonly events: EventBridge;
  /** Name or ARN. */
  readonly busName: string;
  readonly clock: Clock;
}

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Resources?: readonly string[];
}

/** The result of each entry, at the entry's index. */
interface Answer {
  readonly Entries?: readonly { readonly ErrorCode?: string | null }[];
}

/** Events that the bus refused, with the codes that it gave. The message contains nothing of the events. */
class BusRefused extends Error {
  override readonly name = "BusRefused";
  readonly codes: readonly string[];
  constructor(codes: readonly string[]) {
    super(`the bus refused ${codes.length} events: ${[...new Set(codes)].join(", ")}`);
    this.codes = codes;
  }
}

const ENTRIES_A_CALL = 10;
/** The largest call, all entries together. AWS accepts 1 MB; before 2026 it was 256 KiB. */
const BYTES_A_CALL = 240 * 1024;
const CALLS_AT_ONCE = 8;
const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 50;

/**
 * Puts events on an EventBridge bus with the source `callboard` and their `type` as the detail-type. A call can fail in
 * part: only entries with an `ErrorCode` are put again. After five tries it throws `BusRefused`
 * (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html).
 */
export const eventBridgeBus = ({ events, busName, clock }: EventBridgeBusOptions): Bus => ({
  put: (all) =>
    putEntries(
      { events, clock },
      all.map(({ type, ...detail }) => ({
        EventBusName: busName,
        Source: SOURCE,
        DetailType: type,
        Detail: JSON.stringify(detail),
      })),
    ),
});

/** Puts entries on any bus, in the same way. */
export const putEntries = (
  { events, clock }: Pick<EventBridgeBusOptions, "events" | "clock">,
  entries: readonly Entry[],
): Promise<void> =>
  eachLimited(batchesOf(entries), CALLS_AT_ONCE, async (batch) => {
    let left = batch;
    for (let tries = 1; ; tries++) {
      const { Entries: answers = [] } = (await events.call("AWSEvents.PutEvents", {
        Entries: left,
      })) as Answer;
      const codes = answers.map(({ ErrorCode }) => ErrorCode ?? undefined);
      const failed = left.filter((_, i) => codes[i] !== undefined);
      if (failed.length === 0) return;
      if (tries === MAX_TRIES) throw new BusRefused(codes.filter((code) => code !== undefined));
      await clock.wait(FIRST_PAUSE_MS * 2 ** (tries - 1));
      left = failed;
    }
  });

/**
 * Groups entries into as few calls as the limits on entries and bytes allow. An entry that is too large has a call of its
 * own.
 */
function* batchesOf(entries: readonly Entry[]): Generator<Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = byteLength(entry.Detail) + 256;
    if (batch.length === ENTRIES_A_CALL || (batch.length > 0 && bytes + size > BYTES_A_CALL)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
