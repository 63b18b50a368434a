import { type Clock, chance, type Delivered, eachLimited, type Ids, type Log } from "@callboard/core";
import type { Channel } from "@callboard/protocol";
import type { Post, Sender, SubscriptionStore } from "./ports.ts";

/** What posting to connections that follow a channel needs. */
export interface PostPorts {
  readonly subscriptions: Pick<SubscriptionStore, "followers" | "remove">;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly ids: Pick<Ids, "random">;
  readonly log: Log;
}

/** Connections that follow a channel in one shard, and what they are sent. */
export interface Page {
  readonly channel: Channel;
  readonly shard: number;
  readonly connectionIds: readonly string[];
  readonly texts: readonly string[];
}

export interface Pacing {
  /** Resolves when the next post may be made. */
  readonly turn: () => Promise<void>;
  /** Whoever was not posted to within this time is missed, in milliseconds. */
  readonly mostMs: number;
}

/** Posts under way at once, over all pages. */
const postsAtOnce = 128;
/** How long whoever could not be reached is tried again after the others, in milliseconds; then the client recovers by itself. */
const budgetMs = 2000;
const firstPauseMs = 50;

const unpaced: Pacing = { turn: async () => {}, mostMs: Number.POSITIVE_INFINITY };

/**
 * Posts to the connections of all pages at once. Those that are throttled or fail are tried again after everybody else,
 * within a budget of time; those that are gone lose their subscription.
 */
export async function postAll(
  ports: PostPorts,
  pages: readonly Page[],
  { turn, mostMs }: Pacing = unpaced,
): Promise<Delivered> {
  const { clock, sender, log } = ports;
  const start = clock.now();
  const all = pages.flatMap((page) => {
    const posts = page.connectionIds.length > 0 ? page.texts.map((text) => sender.prepare(text)) : [];
    return page.connectionIds.map((connectionId) => ({ connectionId, page, posts }));
  });
  if (all.length === 0) return { gone: [] };
  const gone = new Map<Page, string[]>();
  let left = all;
  let missed = 0;
  let end: number | undefined;
  for (let tries = 0; ; tries++) {
    const again: typeof all = [];
    await eachLimited(left, postsAtOnce, async (one) => {
      const { connectionId, page, posts } = one;
      if (clock.now() - start >= mostMs) missed++;
      else {
        const outcome = await postTo(connectionId, posts, turn);
        if (outcome === "gone") gone.set(page, [...(gone.get(page) ?? []), connectionId]);
        else if (outcome === "too_large") missed++;
        else if (outcome !== "sent") again.push(one);
      }
    });
    left = again;
    if (left.length === 0) break;
    const pauseMs = firstPauseMs * 2 ** tries * (0.5 + chance(ports.ids.random()) / 2);
    end ??= clock.now() + budgetMs;
    if (clock.now() + pauseMs >= end) break;
    await clock.wait(pauseMs);
  }
  missed += left.length;
  const lost = [...gone.values()].flat().length;
  log.metric("push_ms", clock.now() - start);
  log.metric("push_posts", all.length - lost - missed);
  if (missed > 0) log.metric("push_missed", missed);
  for (const [{ channel, shard }, ids] of gone) await ports.subscriptions.remove(channel, shard, ids);
  return { gone: [...new Set([...gone.keys()].map(({ channel }) => channel))] };
}

/** Posts one text after the other; the first that is not sent ends it. */
async function postTo(connectionId: string, posts: readonly Post[], turn: Pacing["turn"]) {
  for (const post of posts) {
    await turn();
    const outcome = await post(connectionId);
    if (outcome !== "sent") return outcome;
  }
  return "sent";
}
