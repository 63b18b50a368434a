import {
  type Bus,
  type Clock,
  chance,
  type Delivered,
  eachLimited,
  type Ids,
  type Log,
} from "@callboard/core";
import type { Channel, FanOutPage } from "@callboard/protocol";
import type { Sender, SubscriptionStore } from "./ports.ts";
import { pageConnections } from "./shards.ts";

/** What posting to connections that follow a channel needs. */
export interface PostPorts {
  readonly subscriptions: Pick<SubscriptionStore, "followers" | "remove">;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly ids: Pick<Ids, "random">;
  readonly log: Log;
}

/** Posts under way at once for one page. */
const postsAtOnce = 128;
/** How long whoever could not be reached is tried again, in milliseconds; then the client's own recovery takes over. */
const budgetMs = 2000;
const firstPauseMs = 50;

/** What a page of a large audience needs beside: the next page, and to say that somebody was found to be gone. */
export interface FanOutPorts extends PostPorts {
  readonly bus: Bus;
  readonly viewers: { changed(channel: Channel): Promise<void> };
}

/** Fan-out Page: posts a message to one page of those who follow, after the next page is on its way. */
export async function fanOut(ports: FanOutPorts, page: FanOutPage): Promise<void> {
  const { channel, shard, after, text } = page;
  const now = ports.clock.now();
  const found = await ports.subscriptions.followers(channel, shard, now, pageConnections, after);
  if (found.next !== undefined)
    await ports.bus.put([{ type: "Fan-out Page", channel, shard, after: found.next, text }]);
  const { gone } = await postPage(ports, page, found.connectionIds, [text]);
  if (gone > 0) await ports.viewers.changed(channel);
}

/**
 * Posts texts to connections that follow a channel in one shard. Those that are throttled or fail are tried again
 * after everybody else, within a budget of time; those that are gone lose their subscription.
 */
export async function postPage(
  ports: PostPorts,
  { channel, shard }: { readonly channel: Channel; readonly shard: number },
  connectionIds: readonly string[],
  texts: readonly string[],
): Promise<Delivered> {
  const { clock, sender, log } = ports;
  const posts = texts.map((text) => sender.prepare(text));
  const start = clock.now();
  const end = start + budgetMs;
  const gone: string[] = [];
  let left = connectionIds;
  let missed = 0;
  for (let tries = 0; left.length > 0; tries++) {
    const again: string[] = [];
    await eachLimited(left, postsAtOnce, async (connectionId) => {
      for (const post of posts) {
        const outcome = await post(connectionId);
        if (outcome === "sent") continue;
        if (outcome === "gone") gone.push(connectionId);
        else if (outcome === "too_large") missed++;
        else again.push(connectionId);
        return;
      }
    });
    left = again;
    if (left.length === 0) break;
    const pauseMs = firstPauseMs * 2 ** tries * (0.5 + chance(ports.ids.random()) / 2);
    if (clock.now() + pauseMs >= end) break;
    await clock.wait(pauseMs);
  }
  log.metric("push_ms", clock.now() - start);
  log.metric("push_posts", connectionIds.length - gone.length - missed - left.length);
  if (missed + left.length > 0) log.metric("push_missed", missed + left.length);
  if (gone.length > 0) await ports.subscriptions.remove(channel, shard, gone);
  return { gone: gone.length };
}
