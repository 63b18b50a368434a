import { type Channel, headOf, limits, parseChannel, seconds, type ViewersValue } from "@callboard/protocol";
import { type Proposal, proposing, version } from "./change.ts";
import { type PublishPorts, publish } from "./publish.ts";
import { standing } from "./recent-heads.ts";

/** A count that came to nothing is made up for after this time; one of a large audience takes some seconds. */
const retryMs = seconds(5);

/**
 * Audience Due: counts the connections that follow a `watch:` channel, and tells them how many they are. Another kind of
 * channel is never marked: whoever names one on a bus that others may write to changes nothing.
 */
export async function countViewers(ports: PublishPorts, channel: Channel): Promise<void> {
  const { audiences, heads, clock, push } = ports;
  if (parseChannel(channel).kind !== "watch") return;
  const now = clock.now();
  await audiences.take(channel, now + retryMs);
  const state = await heads.open(headOf(channel));
  const meta = standing(channel, state.head);
  if (meta) {
    const counts = await push.count({ channel, hint: meta.shards });
    await publish(ports, state.name, proposing([viewers(total(counts), now)]), state);
  }
  await audiences.settle(channel, now + retryMs);
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

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
