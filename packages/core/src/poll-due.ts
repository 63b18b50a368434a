import type { OutEvent } from "@callboard/protocol";
import { type Due, duePartitions, type Ports } from "./ports/index.ts";

/** What is taken from one partition of the index at once; the next poll takes the rest. */
const mostPerPartition = 200;

/** Puts Request Due and Audience Due for whatever is due by now. Returns how many. */
export async function pollDue(ports: Pick<Ports, "dues" | "bus" | "clock">): Promise<number> {
  const now = ports.clock.now();
  const partitions = Array.from({ length: duePartitions }, (_, partition) =>
    ports.dues.due(partition, now, mostPerPartition),
  );
  const dues = (await Promise.all(partitions)).flat();
  if (dues.length > 0) await ports.bus.put(dues.map(eventOf));
  return dues.length;
}

/** How many requests are open, or on their way to their execution or their end. */
export async function countWaiting({ dues }: Pick<Ports, "dues">): Promise<number> {
  const partitions = Array.from({ length: duePartitions }, (_, partition) => dues.waiting(partition));
  return (await Promise.all(partitions)).reduce((sum, count) => sum + count, 0);
}

const eventOf = (due: Due): OutEvent =>
  "request" in due
    ? { type: "Request Due", requestId: due.request }
    : { type: "Audience Due", channel: due.audience };
