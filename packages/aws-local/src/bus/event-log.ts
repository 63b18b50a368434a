import type { Clock } from "../clock/clock.ts";
import { openJournal } from "../journal/journal.ts";
import type { BusEvent } from "./event.ts";

/** One event on its way to one target of one rule. */
export interface Delivery {
  readonly event: BusEvent;
  /** When the bus took the event, milliseconds since the Unix epoch. */
  readonly acceptedAt: number;
  readonly ruleArn: string;
  readonly targetId: string;
}

type Accepted = { accepted: { at: number; event: BusEvent; to: [ruleArn: string, targetId: string][] } };
type Settled = { settled: [eventId: string, ruleArn: string, targetId: string][] };

/** What the bus owes: events that were accepted and not yet taken by all their targets. */
export interface EventLog {
  /** Resolves when the deliveries of an event would survive a kill. */
  accept(deliveries: readonly [Delivery, ...Delivery[]]): Promise<void>;
  /**
   * Strikes out a delivery. It is written with the next event or after `SETTLE_WITHIN_MS`, so that it never delays
   * one: a kill in between repeats the delivery, as at-least-once allows.
   */
  settle(delivery: Delivery): void;
  /** The deliveries still owed. */
  owed(): Delivery[];
  /** How many events are owed to some target. */
  size(): number;
  close(): Promise<void>;
}

const SETTLE_WITHIN_MS = 50;
/** The file is rewritten after this many records, when it holds at least twice what is owed. */
const COMPACT_AFTER = 10_000;

/** Opens the log kept in a file, or one that is forgotten with the process. */
export async function openEventLog(path: string | undefined, clock: Clock): Promise<EventLog> {
  const owed = new Map<string, { at: number; event: BusEvent; to: Map<string, [string, string]> }>();
  const strike = ([eventId, ruleArn, targetId]: Settled["settled"][number]) => {
    const entry = owed.get(eventId);
    entry?.to.delete(`${ruleArn} ${targetId}`);
    if (entry?.to.size === 0) owed.delete(eventId);
  };
  const remember = ({ at, event, to }: Accepted["accepted"]) => {
    if (owed.has(event.id)) return;
    owed.set(event.id, { at, event, to: new Map(to.map((pair) => [pair.join(" "), pair])) });
  };
  const snapshot = (): Accepted[] =>
    [...owed.values()].map(({ at, event, to }) => ({ accepted: { at, event, to: [...to.values()] } }));

  const { journal, records: found } = await openJournal(path);
  for (const record of found as (Accepted | Settled)[]) {
    if ("accepted" in record) remember(record.accepted);
    else record.settled.forEach(strike);
  }
  if (found.length > 0) await journal.rewrite(snapshot());

  let records = owed.size;
  let compacting: Promise<void> | undefined;
  const writing = new Set<Promise<void>>();
  const write = async (record: Accepted | Settled) => {
    while (compacting) await compacting;
    const written = journal.append(record);
    writing.add(written);
    try {
      await written;
    } finally {
      writing.delete(written);
    }
    records++;
    if (records >= COMPACT_AFTER && records >= 2 * owed.size && !compacting) compacting = compact();
  };
  // Nothing is appended between the snapshot and its writing, so that neither loses the other's records.
  const compact = async () => {
    try {
      await Promise.allSettled(writing);
      const kept = snapshot();
      await journal.rewrite(kept);
      records = kept.length;
    } catch (cause) {
      console.error("event log", cause);
      records = 0;
    } finally {
      compacting = undefined;
    }
  };

  let settled: Settled["settled"] = [];
  let cancelTimer: (() => void) | undefined;
  const writeSettled = async () => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (settled.length === 0) return;
    const batch = settled;
    settled = [];
    await write({ settled: batch }).catch((cause: unknown) => console.error("event log", cause));
  };

  return {
    async accept(deliveries) {
      const [{ event, acceptedAt: at }] = deliveries;
      const record: Accepted = {
        accepted: { at, event, to: deliveries.map(({ ruleArn, targetId }) => [ruleArn, targetId]) },
      };
      remember(record.accepted);
      void writeSettled();
      try {
        await write(record);
      } catch (cause) {
        owed.delete(event.id);
        throw cause;
      }
    },
    settle({ event, ruleArn, targetId }) {
      strike([event.id, ruleArn, targetId]);
      settled.push([event.id, ruleArn, targetId]);
      cancelTimer ??= clock.after(SETTLE_WITHIN_MS, () => void writeSettled());
    },
    owed: () =>
      [...owed.values()].flatMap(({ at, event, to }) =>
        [...to.values()].map(([ruleArn, targetId]) => ({ event, acceptedAt: at, ruleArn, targetId })),
      ),
    size: () => owed.size,
    async close() {
      await writeSettled();
      while (compacting) await compacting;
      await Promise.allSettled(writing);
      await journal.close();
    },
  };
}
