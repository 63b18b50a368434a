import { type Clock, chance, type Delivered, eachLimited, type Ids, type Log } from "@callboard/core";
import type { Channel } from "@callboard/protocol";
import { breathing, type Turn } from "./pacing.ts";
import type { Post, PostOutcome, Sender, SubscriptionStore } from "./ports.ts";

/** What posting to a channel's connections needs. */
export interface PostPorts {
  readonly subscriptions: Pick<SubscriptionStore, "followers" | "remove">;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly ids: Pick<Ids, "random">;
  readonly log: Log;
}

/** Connections that follow a channel in one shard, and the texts for them. */
export interface Page {
  readonly channel: Channel;
  readonly shard: number;
  readonly connectionIds: readonly string[];
  readonly texts: readonly string[];
}

export interface Pacing {
  /** When the next post may start. */
  readonly turn: Turn;
  /** Connections that were not posted to within this time are skipped, in milliseconds. */
  readonly mostMs: number;
}

/** Most posts under way at once, over all pages. */
const POSTS_AT_ONCE = 128;
/** How long failed posts are retried after all others, in milliseconds; then those clients recover by themselves. */
const BUDGET_MS = 2000;
const FIRST_PAUSE_MS = 50;

const unpaced: Pacing = { turn: () => undefined, mostMs: Number.POSITIVE_INFINITY };

/**
 * Posts to the connections of all pages at once. Posts that are throttled or fail are retried after all others, within a
 * time budget; connections that are gone lose their subscription.
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
  const gone = new Map<Page, string[]>(pages.map((page) => [page, []]));
  let left = all;
  let missed = 0;
  let end: number | undefined;
  const breathe = breathing();
  for (let tries = 0; ; tries++) {
    const again: typeof all = [];
    const settle = (one: (typeof all)[number], outcome: PostOutcome | "late") => {
      if (outcome === "gone") gone.get(one.page)!.push(one.connectionId);
      else if (outcome === "too_large" || outcome === "late") missed++;
      else if (outcome !== "sent") again.push(one);
    };
    await eachLimited(left, POSTS_AT_ONCE, (one) => {
      const isLate = clock.now() - start >= mostMs;
      const outcome = isLate ? "late" : postTo(one.connectionId, one.posts, turn);
      if (typeof outcome !== "string") return outcome.then((became) => settle(one, became));
      settle(one, outcome);
      return isLate ? undefined : breathe();
    });
    left = again;
    if (left.length === 0) break;
    const pauseMs = FIRST_PAUSE_MS * 2 ** tries * (0.5 + chance(ports.ids.random()) / 2);
    end ??= clock.now() + BUDGET_MS;
    if (clock.now() + pauseMs >= end) break;
    await clock.wait(pauseMs);
  }
  missed += left.length;
  const lost = [...gone].filter(([, ids]) => ids.length > 0);
  log.metric("push_ms", clock.now() - start);
  log.metric("push_posts", all.length - lost.flatMap(([, ids]) => ids).length - missed);
  if (missed > 0) log.metric("push_missed", missed);
  for (const [{ channel, shard }, ids] of lost) await ports.subscriptions.remove(channel, shard, ids);
  return { gone: [...new Set(lost.map(([{ channel }]) => channel))] };
}

/**
 * Posts one text after the other; the first that is not sent ends it. Waits only where there is something to wait for.
 */
function postTo(
  connectionId: string,
  posts: readonly Post[],
  turn: Turn,
  from = 0,
): PostOutcome | Promise<PostOutcome> {
  for (let i = from; i < posts.length; i++) {
    const post = posts[i]!;
    const wait = turn();
    const outcome = wait ? wait.then(() => post(connectionId)) : post(connectionId);
    if (typeof outcome !== "string")
      return outcome.then((became) =>
        became === "sent" ? postTo(connectionId, posts, turn, i + 1) : became,
      );
    if (outcome !== "sent") return outcome;
  }
  return "sent";
}
