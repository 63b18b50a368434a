import { type Channel, limits, minutes, parseChannel, seconds, type ViewersValue } from "@callboard/protocol";
import type { AudienceStore, ChannelMeta, Ports } from "../ports/index.ts";
import type { Proposal } from "./decide-change.ts";
import { eachLimited } from "./each-limited.ts";
import { publish } from "./publish.ts";
import { grown, pageConnections } from "./shards.ts";
import { version } from "./version.ts";

/** An audience that has changed is counted after this time, so that those who come together are counted together. */
const countAfterMs = seconds(1);
/** A count that came to nothing is made up for after this time. */
const retryMs = minutes(1);
const shardsAtOnce = 16;
const mostMarks = 10_000;

/** What marking an audience needs. */
export type MarkPorts = Pick<Ports, "clock" | "log"> & { readonly audiences: Pick<AudienceStore, "mark"> };

/**
 * Somebody came to a `watch:` channel, left it, or is still there: its viewers are counted within `withinMs`. Never
 * fails, since it is never what somebody came for.
 */
export async function watchAudience(
  { audiences, clock, log }: MarkPorts,
  channel: Channel,
  withinMs = countAfterMs,
): Promise<void> {
  if (parseChannel(channel).kind !== "watch") return;
  try {
    await audiences.mark(channel, clock.now() + withinMs);
  } catch {
    log.warn("an audience was not marked to be counted; the next heartbeat does it");
  }
}

/** Marks a channel once for all those who come before it is counted, as far as one process knows of them. */
export function markedOnce<A extends Pick<AudienceStore, "mark">>(
  audiences: A,
  { now }: Pick<Ports["clock"], "now">,
): A {
  const marks = new Map<Channel, number>();
  return {
    ...audiences,
    async mark(channel, at) {
      const marked = marks.get(channel);
      if (marked !== undefined && now() < marked && marked <= at) return;
      await audiences.mark(channel, at);
      if (marks.size >= mostMarks) marks.clear();
      marks.set(channel, at);
    },
  };
}

/** Audience Due: counts the connections that follow a `watch:` channel, and tells them how many they are. */
export async function countAudience(ports: Ports, channel: Channel): Promise<void> {
  const now = ports.clock.now();
  await ports.audiences.take(channel, now + retryMs);
  const meta = (await ports.channels.metas([channel])).get(channel);
  if (meta) {
    const count = await countShards(ports, channel, meta, now);
    await publish(ports, channel, [viewers(count, now)]);
  }
  await ports.audiences.settle(channel, now + retryMs);
}

async function countShards(
  { subscriptions, channels }: Pick<Ports, "subscriptions" | "channels">,
  channel: Channel,
  { shards }: ChannelMeta,
  now: number,
): Promise<number> {
  const counts = new Array<number>(shards).fill(0);
  await eachLimited(counts.keys(), shardsAtOnce, async (shard) => {
    counts[shard] = await subscriptions.count(channel, shard, now);
  });
  if (counts.at(-1)! > pageConnections) await channels.spread(channel, shards, grown(shards));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A channel that nobody ever watched does without. */
const viewers = (count: number, now: number): Proposal => ({
  key: "viewers",
  at: now,
  fold(current) {
    const known = (current?.value as ViewersValue | null | undefined)?.count ?? 0;
    const value: ViewersValue = { count: rounded(count) };
    return value.count === known ? undefined : { value, version: version(now) };
  },
});

/** Of large audiences the first three digits: the others would change with every count. */
function rounded(count: number): number {
  const unit = 10 ** Math.max(0, String(count).length - limits.viewersDigits);
  return Math.round(count / unit) * unit;
}
