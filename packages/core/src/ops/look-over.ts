import type { Channel } from "@callboard/protocol";
import { eachLimited } from "../channel/each-limited.ts";
import { duePartitions, type Ports } from "../ports/index.ts";
import type { PendingStore } from "../ports/ops.ts";
import type { FeedbackRequest } from "../request/request.ts";
import { overviewOf, type RequestOverview } from "./request-overview.ts";

/** Entries read of each partition: some thousands in all. */
const mostPerPartition = 500;
const partitionsAtOnce = 4;

export interface RequestsOverview {
  readonly requests: readonly RequestOverview[];
  /** There may be others, to which something happens later than to all of these. */
  readonly more: boolean;
}

/** What is open or on its way, the oldest first, over the whole table as far as one look reaches. */
export async function lookOverRequests({
  pending,
  clock,
}: Pick<Ports, "clock"> & { readonly pending: PendingStore }): Promise<RequestsOverview> {
  const found: FeedbackRequest[] = [];
  let more = false;
  await eachLimited(Array(duePartitions).keys(), partitionsAtOnce, async (partition) => {
    const page = await pending.pending(partition, mostPerPartition);
    found.push(...page.requests);
    more ||= page.more;
  });
  return { requests: overviewOf(found, clock.now()), more };
}

export interface ConnectionsOverview {
  readonly channel: Channel;
  readonly total: number;
  /** Connections by shard, from shard 0. */
  readonly shards: readonly number[];
}

export type ConnectionPorts = Pick<Ports, "channels"> & { readonly push: Pick<Ports["push"], "count"> };

/** Counts the connections that follow a channel, which may have followers before anything was ever said on it. */
export async function countConnections(
  { channels, push }: ConnectionPorts,
  channel: Channel,
): Promise<ConnectionsOverview> {
  const meta = (await channels.metas([channel])).get(channel);
  const shards = await push.count({ channel, hint: meta?.shards ?? 1 });
  return { channel, total: shards.reduce((sum, count) => sum + count, 0), shards };
}
