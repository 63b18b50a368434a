import type { Ports } from "../ports.ts";
import { type Channel, type Item, jsonBytes, limits, type ServerMessageOf } from "../protocol/index.ts";
import { eachLimited } from "./each-limited.ts";
import { withFreshUrls } from "./fresh-urls.ts";

export type Delta = Omit<ServerMessageOf<"delta">, "type" | "channel">;

type PushPorts = Pick<Ports, "channels" | "subscriptions" | "sender" | "objects" | "clock" | "log">;

/** Posts under way at once for one push. */
const postsAtOnce = 64;

/**
 * Sends deltas to all that follow a channel, after the change was committed. A connection that is gone loses its
 * subscription; one that could not be reached recovers by its own heartbeat.
 */
export async function push(ports: PushPorts, channel: Channel, deltas: readonly Delta[]): Promise<void> {
  if (deltas.length === 0) return;
  const shard = 0;
  let texts: string[] | undefined;
  let sent = 0;
  for await (const page of ports.subscriptions.followers(channel, shard, ports.clock.now())) {
    texts ??= await messagesOf(ports, channel, deltas);
    const messages = texts;
    await eachLimited(page, postsAtOnce, async (connectionId) => {
      for (const text of messages) {
        const outcome = await ports.sender.post(connectionId, text);
        if (outcome === "gone") return ports.subscriptions.remove(channel, shard, connectionId);
        if (outcome !== "sent") return ports.log.metric("push_missed", 1, { outcome });
        sent++;
      }
    });
  }
  ports.log.metric("push_posts", sent);
}

async function messagesOf(ports: PushPorts, channel: Channel, deltas: readonly Delta[]): Promise<string[]> {
  const texts: string[] = [];
  for (const delta of deltas) {
    const items = await withFreshUrls(ports.objects, delta.items);
    for (const part of splitDelta({ ...delta, items }))
      texts.push(JSON.stringify({ type: "delta", channel, ...part }));
  }
  return texts;
}

/** Cuts a delta that is too large for one message between items; the parts follow each other without a gap. */
export function splitDelta(delta: Delta, most = limits.serverMessageBytes - 1024): Delta[] {
  const parts: Delta[] = [];
  let items: Item[] = [];
  let bytes = 0;
  let from = delta.from;
  for (const item of delta.items) {
    const size = jsonBytes(item) + 1;
    const last = items.at(-1);
    if (last && bytes + size > most) {
      parts.push({ epoch: delta.epoch, from, to: last.offset, items });
      from = last.offset;
      items = [];
      bytes = 0;
    }
    items.push(item);
    bytes += size;
  }
  parts.push({ epoch: delta.epoch, from, to: delta.to, items });
  return parts;
}
