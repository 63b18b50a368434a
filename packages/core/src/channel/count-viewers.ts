import { type Channel, headOf, limits, parseChannel, seconds, type ViewersValue } from "@callboard/protocol";
import { type Proposal, proposing, version } from "./change.ts";
import { type PublishPorts, publish } from "./publish.ts";
import { channelStateOf } from "./recent-heads.ts";

/** A count that failed is repeated after this time; a count of many viewers takes some seconds. */
const RETRY_MS = seconds(5);

/**
 * Handles Audience Due: counts the connections that follow a `watch:` channel, and publishes the number to them. Other
 * kinds of channel are ignored: on a bus that others may write to, anybody can name one.
 */
export async function countViewers(ports: PublishPorts, channel: Channel): Promise<void> {
  const { audiences, heads, clock, push } = ports;
  if (parseChannel(channel).kind !== "watch") return;
  const now = clock.now();
  await audiences.take(channel, now + RETRY_MS);
  const state = await heads.open(headOf(channel));
  const meta = channelStateOf(channel, state.head);
  if (meta) {
    const counts = await push.count({ channel, hint: meta.shards });
    await publish(ports, state.name, proposing([viewers(total(counts), now)]), state);
  }
  await audiences.settle(channel, now + RETRY_MS);
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** A channel that nobody ever watched has no such key. */
const viewers = (count: number, now: number): Proposal => ({
  key: "viewers",
  at: now,
  fold(current) {
    const known = (current?.value as ViewersValue | null | undefined)?.count ?? 0;
    const value: ViewersValue = { count: rounded(count) };
    return value.count === known ? undefined : { value, version: version(now) };
  },
});

/** Large counts keep their first three digits: the others would change with every count. */
function rounded(count: number): number {
  const unit = 10 ** Math.max(0, String(count).length - limits.viewersDigits);
  return Math.round(count / unit) * unit;
}
