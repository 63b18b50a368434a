import { minutes, type OutEvent, seconds } from "@callboard/protocol";
import {
  type Dated,
  DUE_PARTITIONS,
  type Due,
  type DueKind,
  type Ports,
  type Wakeup,
} from "../ports/index.ts";

/** Rows that are due within this time after a poll get a message now: the next poll would be too late for them. */
const AHEAD_MS = seconds(75);

/** Index entries that one query reads. */
const PAGE_ENTRIES = 200;

/** After this time a poll reads no further page: the next poll starts again with the rows that are due first. */
const BUDGET_MS = seconds(2);

/**
 * A row that is due for longer than this counts as late: neither a message nor an earlier poll has completed it.
 * Milliseconds.
 */
const LATE_MS = seconds(75);

/** Requests come first: many counts of viewers must not delay a deadline. */
const kinds: readonly DueKind[] = ["request", "audience"];

type PollPorts = Pick<Ports, "dues" | "bus" | "wakeups" | "clock" | "log">;

/**
 * Finds due rows for which no wake-up came, by the index. It puts Request Due and Audience Due for what is due by now,
 * and sends messages for what is due soon. It works as long as it has time, and throws the first error at the end.
 * Returns how much was due; the age of the oldest is a metric if that is late.
 */
export async function pollDue(ports: PollPorts): Promise<number> {
  const now = ports.clock.now();
  const failures: unknown[] = [];
  let due = 0;
  let oldest = now;
  for (const kind of kinds) {
    const partitions = Array.from({ length: DUE_PARTITIONS }, async (_, partition) => {
      for await (const page of pages(ports, kind, partition, now)) {
        const [overdue, soon] = [page.filter(({ at }) => at <= now), page.filter(({ at }) => at > now)];
        due += overdue.length;
        oldest = Math.min(oldest, ...overdue.map(({ at }) => at));
        const found = (one: Dated): Wakeup => ({ ...one, again: 1 });
        const sent = await Promise.allSettled([
          ports.bus.put(overdue.map(eventOf)),
          ports.wakeups.send([...soon.map(found), ...followUps(overdue.map(found), now)]),
        ]);
        for (const one of sent) if (one.status === "rejected") failures.push(one.reason);
      }
    });
    for (const one of await Promise.allSettled(partitions))
      if (one.status === "rejected") failures.push(one.reason);
  }
  if (now - oldest > LATE_MS) ports.log.metric("late_ms", now - oldest);
  if (failures.length > 0) throw failures[0];
  return due;
}

/** The pages of a partition, the earliest due first, until no more entries or time is left. */
async function* pages(
  { dues, clock, log }: PollPorts,
  kind: DueKind,
  partition: number,
  now: number,
): AsyncGenerator<Dated[]> {
  let after: Dated | undefined;
  do {
    const page = await dues.due(kind, partition, now + AHEAD_MS, PAGE_ENTRIES, after);
    if (page.length > 0) yield page;
    after = page.length < PAGE_ENTRIES ? undefined : page.at(-1);
    if (after && clock.now() >= now + BUDGET_MS)
      return log.warn("a poll ran out of time; the next one continues", { kind, partition });
  } while (after);
}

/** A row that is still due after this time was given to a process that died; a count of viewers is given less time. */
const FOLLOW_UP_MS = seconds(8);

/** The most times that a message is sent for a row; after that, each poll finds it. */
const MAX_TIMES_SENT = 3;

/** Messages that check later whether the rows that were announced as due now are done. */
export const followUps = (sent: readonly Wakeup[], now: number): Wakeup[] =>
  sent
    .filter(({ again = 0 }) => again + 1 < MAX_TIMES_SENT)
    .map((one) => comesAgain(one, now + FOLLOW_UP_MS));

/** The same message again, at another time. */
export const comesAgain = (wakeup: Wakeup, at: number): Wakeup => ({
  ...wakeup,
  at,
  again: (wakeup.again ?? 0) + 1,
});

/** How many requests are open, or on their way to their execution or their end; at most a page of each partition. */
export async function countWaiting({ dues }: Pick<Ports, "dues">): Promise<number> {
  const partitions = Array.from({ length: DUE_PARTITIONS }, (_, partition) => dues.waiting(partition));
  return (await Promise.all(partitions)).reduce((sum, count) => sum + count, 0);
}

/**
 * Whether to count waiting requests now. Counting reads the entries of all requests, up to a page of each partition; so
 * the poll in the first minute of each quarter of an hour does it.
 */
export const isTimeToCount = (now: number): boolean => now % minutes(15) < minutes(1);

/** The event that announces a due row on the bus. */
export const eventOf = (due: Due): OutEvent =>
  "request" in due
    ? { type: "Request Due", requestId: due.request }
    : { type: "Audience Due", channel: due.audience };
