import { type Channel, type Item, jsonBytes, limits, type ServerMessageOf } from "@callboard/protocol";
import type { ChannelMeta, Ports } from "../ports/index.ts";
import { withFreshUrls } from "./fresh-urls.ts";
import { postPage } from "./post-page.ts";
import { grown, pageConnections } from "./shards.ts";

export type Delta = Omit<ServerMessageOf<"delta">, "type" | "channel">;

type PushPorts = Pick<
  Ports,
  "channels" | "subscriptions" | "audiences" | "sender" | "bus" | "objects" | "clock" | "ids" | "log"
>;

/**
 * Sends deltas to all that follow a channel, after the change was committed: to a small audience from here, to a
 * large one by Fan-out Pages over the bus, which are all under way before the first post.
 */
export async function push(
  ports: PushPorts,
  channel: Channel,
  { shards }: Pick<ChannelMeta, "shards">,
  deltas: readonly Delta[],
): Promise<void> {
  if (shards > 1) {
    const texts = await messagesOf(ports, channel, deltas);
    const pages = Array.from({ length: shards }, (_, shard) =>
      texts.map((text) => ({ type: "Fan-out Page" as const, channel, shard, text })),
    );
    return ports.bus.put(pages.flat());
  }
  const now = ports.clock.now();
  const { connectionIds, next } = await ports.subscriptions.followers(channel, 0, now, pageConnections);
  if (connectionIds.length === 0 && next === undefined) return;
  const texts = await messagesOf(ports, channel, deltas);
  if (next !== undefined) {
    await ports.bus.put(
      texts.map((text) => ({ type: "Fan-out Page", channel, shard: 0, after: next, text })),
    );
    await ports.channels.spread(channel, shards, grown(shards));
  }
  await postPage(ports, { channel, shard: 0 }, connectionIds, texts);
}

async function messagesOf(
  { objects }: Pick<Ports, "objects">,
  channel: Channel,
  deltas: readonly Delta[],
): Promise<string[]> {
  const texts: string[] = [];
  for (const delta of deltas) {
    const items = await withFreshUrls(objects, delta.items);
    for (const part of splitDelta({ ...delta, items }))
      texts.push(JSON.stringify({ type: "delta", channel, ...part }));
  }
  return texts;
}

/**
 * Cuts a delta that is too large for one message between items; the parts follow each other without a gap. What changed
 * anew while it was read has an offset above `to`, and moves nobody further than that.
 */
export function splitDelta(delta: Delta, most = limits.serverMessageBytes - 1024): Delta[] {
  const parts: Delta[] = [];
  let items: Item[] = [];
  let bytes = 0;
  let from = delta.from;
  for (const item of delta.items) {
    const size = jsonBytes(item) + 1;
    const last = items.at(-1);
    if (last && bytes + size > most) {
      const to = Math.min(last.offset, delta.to);
      parts.push({ epoch: delta.epoch, from, to, items });
      from = to;
      items = [];
      bytes = 0;
    }
    items.push(item);
    bytes += size;
  }
  parts.push({ epoch: delta.epoch, from, to: delta.to, items });
  return parts;
}
