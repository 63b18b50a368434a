import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { type Bus, type Clock, type OutEvent, SOURCE } from "@callboard/core";

export interface EventBridgeBusOptions {
  readonly client: EventBridgeClient;
  /** Name or ARN. */
  readonly busName: string;
  readonly clock: Clock;
}

/** Events that the bus did not take, by the codes it gave; the message says nothing of what they hold. */
export class BusRefused extends Error {
  override readonly name = "BusRefused";
  readonly codes: readonly string[];
  constructor(codes: readonly string[]) {
    super(`the bus did not take ${codes.length} events: ${[...new Set(codes)].join(", ")}`);
    this.codes = codes;
  }
}

const ENTRIES_A_CALL = 10;
const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 50;

/**
 * Puts events on an EventBridge bus with the source `callboard`, their `type` as the detail-type. A call can fail in
 * part: only entries with an `ErrorCode` are put again, five times in all, then it throws `BusRefused`
 * (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html).
 */
export function eventBridgeBus({ client, busName, clock }: EventBridgeBusOptions): Bus {
  const entryOf = ({ type, ...detail }: OutEvent): PutEventsRequestEntry => ({
    EventBusName: busName,
    Source: SOURCE,
    DetailType: type,
    Detail: JSON.stringify(detail),
  });

  async function putBatch(entries: PutEventsRequestEntry[]): Promise<void> {
    let left = entries;
    for (let tries = 1; ; tries++) {
      const { Entries: answers = [] } = await client.send(new PutEventsCommand({ Entries: left }));
      const codes = answers.map(({ ErrorCode }) => ErrorCode);
      const failed = left.filter((_, i) => codes[i] !== undefined);
      if (failed.length === 0) return;
      if (tries === MOST_TRIES) throw new BusRefused(codes.filter((code) => code !== undefined));
      await clock.wait(FIRST_PAUSE_MS * 2 ** (tries - 1));
      left = failed;
    }
  }

  return {
    async put(events) {
      const entries = events.map(entryOf);
      for (let at = 0; at < entries.length; at += ENTRIES_A_CALL)
        await putBatch(entries.slice(at, at + ENTRIES_A_CALL));
    },
  };
}
