import { minutes, type OutEvent, seconds } from "@callboard/protocol";
import {
  type Dated,
  type Due,
  type DueKind,
  duePartitions,
  type Ports,
  type Wakeup,
} from "../ports/index.ts";

/** What is due until so long after a poll, the next poll would be late for. */
const aheadMs = seconds(75);

/** Entries that are read of the index at once. */
const pageEntries = 200;

/** After this time a poll reads no further page: the next one goes on with whatever is due first. */
const budgetMs = seconds(2);

/** What is due for longer than this, no message and no poll before has brought to its end, in milliseconds. */
const lateMs = seconds(75);

/** Requests come first: many audiences to be counted keep no deadline waiting. */
const kinds: readonly DueKind[] = ["request", "audience"];

type PollPorts = Pick<Ports, "dues" | "bus" | "wakeups" | "clock" | "log">;

/**
 * Finds by the index what nobody was woken up for: puts Request Due and Audience Due for what is due by now, and sends
 * messages for what soon will be. It does as much as it has time for, and throws the first failure in the end. Returns
 * how much was due; how long the oldest of it was is a metric once it is late.
 */
export async function pollDue(ports: PollPorts): Promise<number> {
  const now = ports.clock.now();
  const failures: unknown[] = [];
  let due = 0;
  let oldest = now;
  for (const kind of kinds) {
    const partitions = Array.from({ length: duePartitions }, async (_, partition) => {
      for await (const page of pages(ports, kind, partition, now)) {
        const [overdue, soon] = [page.filter(({ at }) => at <= now), page.filter(({ at }) => at > now)];
        due += overdue.length;
        oldest = Math.min(oldest, ...overdue.map(({ at }) => at));
        const found = (one: Dated): Wakeup => ({ ...one, again: 1 });
        const told = await Promise.allSettled([
          overdue.length > 0 ? ports.bus.put(overdue.map(eventOf)) : undefined,
          ports.wakeups.send([...soon.map(found), ...followUps(overdue.map(found), now)]),
        ]);
        for (const one of told) if (one.status === "rejected") failures.push(one.reason);
      }
    });
    for (const one of await Promise.allSettled(partitions))
      if (one.status === "rejected") failures.push(one.reason);
  }
  if (now - oldest > lateMs) ports.log.metric("late_ms", now - oldest);
  if (failures.length > 0) throw failures[0];
  return due;
}

/** The pages of a partition, the earliest due first, until there is no more or no time. */
async function* pages(
  { dues, clock, log }: PollPorts,
  kind: DueKind,
  partition: number,
  now: number,
): AsyncGenerator<Dated[]> {
  let after: Dated | undefined;
  do {
    const page = await dues.due(kind, partition, now + aheadMs, pageEntries, after);
    if (page.length > 0) yield page;
    after = page.length < pageEntries ? undefined : page.at(-1);
    if (after && clock.now() >= now + budgetMs)
      return log.warn("a poll leaves something to the next one", { kind, partition });
  } while (after);
}

/** What is still due after this time was given to somebody who died of it: longer than a count of viewers is given. */
const followUpMs = seconds(8);

/** A message comes so often at most; what is due even then, each poll brings. */
const mostTimes = 3;

/** Messages by which to find out whether what is told to be due now has been done. */
export const followUps = (told: readonly Wakeup[], now: number): Wakeup[] =>
  told.filter(({ again = 0 }) => again + 1 < mostTimes).map((one) => comesAgain(one, now + followUpMs));

/** The same message once more, at another time. */
export const comesAgain = (wakeup: Wakeup, at: number): Wakeup => ({
  ...wakeup,
  at,
  again: (wakeup.again ?? 0) + 1,
});

/** How many requests are open, or on their way to their execution or their end, up to a page of each partition. */
export async function countWaiting({ dues }: Pick<Ports, "dues">): Promise<number> {
  const partitions = Array.from({ length: duePartitions }, (_, partition) => dues.waiting(partition));
  return (await Promise.all(partitions)).reduce((sum, count) => sum + count, 0);
}

/**
 * Counting reads the entries of all requests, up to a page of each partition: so it is done each quarter of an hour, by
 * whoever polls in its first minute.
 */
export const isTimeToCount = (now: number): boolean => now % minutes(15) < minutes(1);

/** What the bus is told of something that is due. */
export const eventOf = (due: Due): OutEvent =>
  "request" in due
    ? { type: "Request Due", requestId: due.request }
    : { type: "Audience Due", channel: due.audience };
