import type { ChannelChange, Ports } from "../ports.ts";
import type { Channel, Item } from "../protocol/index.ts";
import { type Access, decideChange, type Proposal } from "./decide-change.ts";
import { type Delta, push } from "./push.ts";

type PublishPorts = Pick<
  Ports,
  "channels" | "subscriptions" | "sender" | "objects" | "clock" | "ids" | "log"
>;

/** What became of a publication. */
export type Published =
  /** Committed, or known before; either way those who follow were told. */
  | { outcome: "published"; keys: number }
  /** The guard's request has moved on: decide anew. */
  | { outcome: "guard_failed" }
  | { outcome: "full"; limit: string };

/** Tries of one publication against others on the same channel. */
const mostTries = 40;

/**
 * Changes a channel and pushes the change to all that follow it. Read, decide, commit on the head that was read; a
 * lost race reads again. A publication that comes again changes nothing, and is pushed again.
 */
export async function publish(
  ports: PublishPorts,
  channel: Channel,
  proposals: readonly Proposal[],
  options: Access & { guard?: NonNullable<ChannelChange["guard"]> } = {},
): Promise<Published> {
  const keys = proposals.map((proposal) => proposal.key);
  for (let tries = 0; tries < mostTries; tries++) {
    const { meta, items } = await ports.channels.read(channel, keys);
    const current = new Map(items.map((item) => [item.key, item]));
    const decision = decideChange(channel, meta, current, proposals, options, ports.ids.random());
    if (decision.decision === "full") return { outcome: "full", limit: decision.limit };
    if (decision.decision === "nothing") {
      await push(
        ports,
        channel,
        decision.again.map((item) => deltaOf(meta!.epoch, item)),
      );
      return { outcome: "published", keys: meta?.keys ?? 0 };
    }
    const change = options.guard ? { ...decision.change, guard: options.guard } : decision.change;
    const result = await ports.channels.commit(change);
    if (result === "guard_failed") return { outcome: "guard_failed" };
    if (result === "committed") {
      const { after, before } = change;
      const items = change.items.map(({ item }) => item);
      await push(ports, channel, [{ epoch: after.epoch, from: before?.head ?? 0, to: after.head, items }]);
      return { outcome: "published", keys: after.keys };
    }
    await ports.clock.wait(jitterMs(tries, ports.ids.random()));
  }
  throw new Error(`channel ${channel} was changed by others ${mostTries} times in a row`);
}

const deltaOf = (epoch: string, item: Item): Delta => ({
  epoch,
  from: item.offset - 1,
  to: item.offset,
  items: [item],
});

/** Full jitter over a window that grows to 100 ms, drawn from a random id. */
function jitterMs(tries: number, random: string): number {
  return (Math.min(100, 2 ** tries) * (Number.parseInt(random.slice(-6), 36) || 1)) / 36 ** 6;
}
