import type { Channel } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import { watchAudience } from "./audience.ts";
import { eachLimited } from "./each-limited.ts";

export type PostPorts = Pick<Ports, "sender" | "clock" | "ids" | "log"> & {
  readonly subscriptions: Pick<Ports["subscriptions"], "followers" | "remove">;
  readonly audiences: Pick<Ports["audiences"], "mark">;
};

/** Posts under way at once for one page. */
const postsAtOnce = 128;
/** How long whoever could not be reached is tried again, in milliseconds; then the client's own recovery takes over. */
const budgetMs = 2000;
const firstPauseMs = 50;

/**
 * Posts texts to connections that follow a channel in one shard. Those that are throttled or fail are tried again
 * after everybody else, within a budget of time; those that are gone lose their subscription.
 */
export async function postPage(
  ports: PostPorts,
  { channel, shard }: { channel: Channel; shard: number },
  connectionIds: readonly string[],
  texts: readonly string[],
): Promise<void> {
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
  if (gone.length === 0) return;
  await ports.subscriptions.remove(channel, shard, gone);
  await watchAudience(ports, channel);
}

/** From 0 to 1, of a random id. */
export const chance = (random: string): number => (Number.parseInt(random.slice(-6), 36) || 0) / 36 ** 6;
