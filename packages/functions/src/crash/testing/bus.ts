import { BusEvent, pluginCompleteType, pluginManager, SOURCE } from "@callboard/protocol";
import { targetOf as innerTargetOf } from "../../producers/callboard.ts";
import type { BusFunction } from "../../producers/producer.ts";
import type { RecordedAnswer, RecordedCall } from "../../testing/recorded-service.ts";

interface Delivery {
  readonly event: BusEvent;
  readonly target: BusFunction;
  tries: number;
  /** When it can be delivered, or delivered again. */
  at: number;
}

function targetOf({ source, "detail-type": type }: BusEvent): Delivery["target"] | undefined {
  if (source === SOURCE) return innerTargetOf(type);
  // Plugins listen on a bus of their own.
  if (source === pluginManager) return undefined;
  if (type === "Plugin Requested" || type === pluginCompleteType) return "plugins";
  return source === "aws.ses" ? "notify" : "ingest";
}

/** Lambda retries an asynchronous invocation after one minute, and then after two. */
const retryDelaysMs = [60_000, 120_000];

/** A bus and its invocations, one at a time; if unreliable, it shuffles and repeats them. */
export function fakeBus(now: () => number, unreliable: (() => number) | undefined) {
  const queue: Delivery[] = [];
  const put: BusEvent[] = [];
  const deadLetters: { event: BusEvent; error: unknown }[] = [];
  let count = 0;

  /** `taker` replaces the usual function for the event, as in a stage without the plugin life cycle. */
  function accept(
    source: string,
    type: string,
    detail: object,
    resources: string[] = [],
    taker?: Delivery["target"],
  ): void {
    const event = BusEvent.parse({
      id: `event-${++count}`,
      source,
      "detail-type": type,
      time: `${new Date(now()).toISOString().slice(0, 19)}Z`,
      resources,
      detail,
    });
    put.push(event);
    const target = taker ?? targetOf(event);
    if (!target) return;
    queue.push({ event, target, tries: 0, at: now() });
    if (unreliable && unreliable() < 0.5) queue.push({ event, target, tries: 0, at: now() });
  }

  return {
    /** All events that were put. */
    put,
    deadLetters,
    /** Puts an event from any source. */
    accept,
    /** Delivers the first event of a type once more. */
    repeat(type: string): void {
      const event = put.find((one) => one["detail-type"] === type);
      if (!event) throw new Error(`no ${type} was put`);
      queue.push({ event, target: targetOf(event)!, tries: 0, at: now() });
    },
    /** The next delivery; undefined if none is due now. */
    next(): Delivery | undefined {
      const ready = queue.filter(({ at }) => at <= now());
      const next = ready[unreliable ? Math.floor(unreliable() * ready.length) : 0];
      if (next) queue.splice(queue.indexOf(next), 1);
      return next;
    },
    /** When a failed delivery is due again; Infinity if there is none. */
    nextAt: () => Math.min(Infinity, ...queue.map(({ at }) => at)),
    /** Schedules a delivery's retry; after the last one it becomes a dead letter. */
    again(delivery: Delivery, error: unknown): void {
      const delayMs = retryDelaysMs[delivery.tries++];
      if (delayMs === undefined) deadLetters.push({ event: delivery.event, error });
      else queue.push({ ...delivery, at: now() + delayMs });
    },
    answer({ operation, body }: RecordedCall): RecordedAnswer {
      if (operation !== "PutEvents") throw new Error(`EventBridge was asked for ${operation}`);
      const { Entries } = JSON.parse(body) as {
        Entries: { Source: string; DetailType: string; Detail: string }[];
      };
      for (const { Source, DetailType, Detail } of Entries) accept(Source, DetailType, JSON.parse(Detail));
      return { body: { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `e${i}` })) } };
    },
  };
}

export type FakeBus = ReturnType<typeof fakeBus>;
