import { type Channel, type Delta, type Item, limits, parseChannel } from "@callboard/protocol";
import type { ChannelChange, ChannelMeta, Ports } from "../ports/index.ts";
import { type Access, type ChannelState, decideChange, type Proposal } from "./decide-change.ts";
import type { PushDecision } from "./decide-push.ts";
import { eachLimited } from "./each-limited.ts";
import { readSince, withFreshUrls } from "./items.ts";
import { markViewers } from "./mark-viewers.ts";

export type PublishPorts = Pick<
  Ports,
  "channels" | "audiences" | "push" | "objects" | "clock" | "later" | "ids" | "log"
>;

/** What became of a publication. */
export type Published =
  /** Committed, or known before; either way those who follow are told. */
  | { outcome: "published"; keys: number }
  /** The guard's request has moved on: decide anew. */
  | { outcome: "guard_failed" }
  | { outcome: "full"; limit: string };

/** What became of it, and what is left to do when others are to be pushed along: `flush` waits for that. */
export interface Changed {
  readonly published: Published;
  readonly flush: () => Promise<void>;
}

type Options = Access & { guard?: NonNullable<ChannelChange["guard"]> };

/** Tries of one publication against others on the same channel. */
const mostTries = 40;

/** Changes a channel and pushes the change to all that follow it. */
export async function publish(
  ports: PublishPorts,
  channel: Channel,
  proposals: readonly Proposal[],
  options: Options = {},
): Promise<Published> {
  const { published, flush } = await change(ports, channel, proposals, options);
  await flush();
  return published;
}

/** Changes several channels, one after the other, and then pushes what could wait. */
export async function flushTogether(changes: Iterable<() => Promise<Changed>>): Promise<Published[]> {
  const changed: Changed[] = [];
  try {
    for (const make of changes) changed.push(await make());
  } finally {
    await eachLimited(changed, 1, ({ flush }) => flush());
  }
  return changed.map(({ published }) => published);
}

/**
 * Changes a channel: read, decide, commit on what was read; a lost race reads again. What is to be pushed at once is;
 * what this change has promised to push together with others is left to `flush`. A publication that comes again changes
 * nothing, and is pushed again.
 */
export async function change(
  ports: PublishPorts,
  channel: Channel,
  proposals: readonly Proposal[],
  options: Options = {},
): Promise<Changed> {
  for (let tries = 0; tries < mostTries; tries++) {
    const state = await readState(ports, channel, proposals);
    const at = { epoch: ports.ids.random(), now: ports.clock.now() };
    const decision = decideChange(state, proposals, options, at);
    if (decision.decision === "full") return settled({ outcome: "full", limit: decision.limit });
    if (decision.decision === "nothing")
      return settled({ outcome: "published", keys: state.meta?.keys ?? 0 });
    if (decision.decision === "again") {
      const { items, claim } = decision;
      if (claim && (await ports.channels.commit(claim)) !== "committed") continue;
      const deltas = items.map((item) => deltaOf(state.meta!, item));
      await deliver(ports, channel, state.meta!, deltas);
      return settled({ outcome: "published", keys: state.meta!.keys });
    }
    const { guard } = options;
    const change = guard ? { ...decision.change, guard } : decision.change;
    const result = await ports.channels.commit(change);
    if (result === "guard_failed") return settled({ outcome: "guard_failed" });
    if (result === "committed") {
      const { before, after } = change;
      if (!before) await markViewers(ports, channel);
      const flush = await carryOut(ports, change, decision.plan);
      return { published: { outcome: "published", keys: after.keys }, flush };
    }
    await ports.clock.wait(Math.min(100, 2 ** tries) * chance(ports.ids.random()));
  }
  throw new Error(
    `a ${parseChannel(channel).kind} channel was changed by others ${mostTries} times in a row`,
  );
}

const nothing = async () => {};
const settled = (published: Published): Changed => ({ published, flush: nothing });

async function readState(
  { channels }: PublishPorts,
  channel: Channel,
  proposals: readonly Proposal[],
): Promise<ChannelState> {
  const keys = proposals.map((proposal) => proposal.key);
  const { meta, items } = await channels.read(channel, keys);
  const state = { channel, meta, current: new Map(items.map((item) => [item.key, item])) };
  if (!meta || meta.removed < 2 * limits.removedKeys) return state;
  const removals = (await channels.since(channel, 0)).filter(({ value }) => value === null);
  return { ...state, forgettable: removals.slice(0, -limits.removedKeys) };
}

/** Pushes what is to be pushed now; answers what is left to do later. */
async function carryOut(
  ports: PublishPorts,
  { channel, before, after, items }: ChannelChange,
  plan: PushDecision["plan"],
): Promise<() => Promise<void>> {
  switch (plan.push) {
    case "promised":
      return nothing;
    case "later":
      return () => ports.later.run(plan.flushAt, flushing(ports, channel, plan.flushAt));
    case "now": {
      const own = plan.from === (before?.head ?? 0) ? items.map(({ item }) => item) : undefined;
      await pushFrom(ports, channel, after, plan.from, own);
      return nothing;
    }
  }
}

/**
 * Keeps a promise: pushes everything that is there by then. Called again after it failed, it goes on where it was: the
 * promise is kept once, and what it has found is pushed.
 */
function flushing(ports: PublishPorts, channel: Channel, flushAt: number): () => Promise<void> {
  let found: { meta: ChannelMeta | undefined } | undefined;
  return async () => {
    found ??= { meta: await ports.channels.flush(channel, flushAt, ports.clock.now()) };
    const { meta } = found;
    if (meta && meta.pushed < meta.head) await pushFrom(ports, channel, meta, meta.pushed);
  };
}

/** Pushes what is between `from` and the head; `own` are its items when they are known. */
async function pushFrom(
  ports: PublishPorts,
  channel: Channel,
  meta: ChannelMeta,
  from: number,
  own?: readonly Item[],
): Promise<void> {
  const { epoch, head } = meta;
  const { items, floor } = own ? { items: own, floor: from } : await readSince(ports, channel, from);
  // Below the floor a removal may be missing: whoever is there starts anew.
  if (floor >= head && head > from) return;
  await deliver(ports, channel, meta, [{ epoch, from: Math.max(from, floor), to: head, items }]);
}

/** Tells all who follow, after the change was committed. */
async function deliver(
  ports: PublishPorts,
  channel: Channel,
  { shards: hint }: ChannelMeta,
  deltas: readonly Delta[],
): Promise<void> {
  const fresh = deltas.map(async (delta) => ({
    ...delta,
    items: await withFreshUrls(ports.objects, delta.items),
  }));
  const { gone } = await ports.push.deliver({ channel, hint }, await Promise.all(fresh));
  if (gone > 0) await markViewers(ports, channel);
}

const deltaOf = ({ epoch }: ChannelMeta, item: Item): Delta => ({
  epoch,
  from: item.offset - 1,
  to: item.offset,
  items: [item],
});

/** From 0 to 1, of a random id. */
export const chance = (random: string): number => (Number.parseInt(random.slice(-6), 36) || 0) / 36 ** 6;
