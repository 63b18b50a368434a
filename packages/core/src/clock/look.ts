import { duePartitions, type Ports } from "../ports.ts";

/** Requests taken from one partition of the index in one look; the next look takes the rest. */
const mostPerPartition = 200;

/** One look of the clock: puts Request Due for every request that is due. Returns how many. */
export async function look(ports: Pick<Ports, "requests" | "bus" | "clock">): Promise<number> {
  const now = ports.clock.now();
  const partitions = Array.from({ length: duePartitions }, (_, partition) =>
    ports.requests.due(partition, now, mostPerPartition),
  );
  const ids = (await Promise.all(partitions)).flat();
  if (ids.length > 0) await ports.bus.put(ids.map((requestId) => ({ type: "Request Due", requestId })));
  return ids.length;
}
