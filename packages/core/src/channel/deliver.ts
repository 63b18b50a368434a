import { type Channel, type ChannelKind, type Delta, parseChannel } from "@callboard/protocol";
import { type ChannelDeltas, type Entry, type HeadState, type Ports, shownItems } from "../ports/index.ts";
import type { ChangeDecision, ChannelPush } from "./decide-change.ts";
import { JOIN_MS } from "./decide-push.ts";
import { settleAll } from "./each-limited.ts";
import { withFreshUrls } from "./items.ts";
import { markViewers } from "./mark-viewers.ts";

export type PushPorts = Pick<Ports, "audiences" | "push" | "objects" | "clock" | "log">;

/** What must be pushed after a write, or without one. */
export interface Due {
  /** The head after the write. */
  readonly state: HeadState;
  /** The head before it. */
  readonly before?: HeadState;
  /** Entries that the write changed. */
  readonly own: readonly Entry[];
  readonly pushes: ReadonlyMap<ChannelKind, ChannelPush>;
  /** When the promises to push the rest are due. */
  readonly flushAts: readonly number[];
}

/**
 * What must be pushed after a committed decision. An earlier attempt may also be committed: its response was lost, and
 * another process wrote over it before that was known. Then its entries were read again as repeats, and its push or its
 * promise is still to be done.
 */
export function dueAfter(
  decision: ChangeDecision,
  attempts: readonly ChangeDecision[],
  before: HeadState,
  state: HeadState,
  flushUntil: number,
): Due {
  const pushes = new Map(decision.pushes);
  const flushAts = new Set(decision.flushAts);
  const promiseOf = (kind: ChannelKind) => before.head?.channels[kind]?.flushAt ?? 0;
  const promises = Object.values(before.head?.channels ?? {}).map((meta) => meta.flushAt);
  for (const attempt of attempts) {
    const written = new Map((attempt.write?.entries ?? []).map((entry) => [entry.key, entry.version]));
    const kept = decision.again.filter((entry) => written.get(entry.key) === entry.version);
    for (const at of attempt.flushAts) if (promises.includes(at)) flushAts.add(at);
    for (const [kind, { from }] of attempt.pushes) {
      if (from === undefined) continue;
      const isKept = promiseOf(kind) === 0 || promiseOf(kind) > flushUntil;
      if (kept.length > 0 || (flushUntil > 0 && isKept)) addFrom(pushes, kind, from);
    }
    for (const entry of kept) addAgain(pushes, entry);
  }
  const next = flushUntil > 0 ? soon(state, flushUntil) : undefined;
  if (next !== undefined) flushAts.add(next);
  return { before, state, own: decision.write?.entries ?? [], pushes, flushAts: [...flushAts] };
}

function addFrom(pushes: Map<ChannelKind, ChannelPush>, kind: ChannelKind, from: number): void {
  const known = pushes.get(kind) ?? { again: [] };
  pushes.set(kind, { ...known, from: Math.min(from, known.from ?? Infinity) });
}

function addAgain(pushes: Map<ChannelKind, ChannelPush>, entry: Entry): void {
  for (const [kind, offset] of Object.entries(entry.offsets) as [ChannelKind, number][]) {
    const known = pushes.get(kind) ?? { again: [] };
    if (known.again.includes(entry) || (known.from !== undefined && known.from < offset)) continue;
    pushes.set(kind, { ...known, again: [...known.again, entry] });
  }
}

/** After one promise of a subject is kept: when another one is due right after it. */
function soon({ head }: HeadState, kept: number): number | undefined {
  const left = Object.values(head?.channels ?? {}).map(({ flushAt }) => flushAt);
  const next = Math.min(...left.filter((at) => at > kept));
  return next <= kept + JOIN_MS ? next : undefined;
}

/**
 * Pushes to everybody who follows the channels. Schedules a count of viewers for new channels and those that lost a
 * follower.
 */
export async function deliver(ports: PushPorts, due: Due): Promise<void> {
  const deliveries: ChannelDeltas[] = [];
  for (const [kind, push] of due.pushes) {
    const deltas = await deltasOf(due, kind, push);
    if (deltas.length === 0) continue;
    const signed = deltas.map(async (delta) => ({
      ...delta,
      items: await withFreshUrls(ports.objects, delta.items),
    }));
    const hint = due.state.head!.channels[kind]!.shards;
    deliveries.push({ to: { channel: channelOf(due.state, kind), hint }, deltas: await Promise.all(signed) });
  }
  // Scheduling takes a read, a message and a write: the push does not wait for it.
  const [{ gone }] = await settleAll([
    deliveries.length > 0 ? ports.push.deliver(deliveries) : { gone: [] },
    isWatchBorn(due) ? markViewers(ports, channelOf(due.state, "watch")) : undefined,
  ]);
  for (const channel of gone) await markViewers(ports, channel);
}

const isWatchBorn = ({ before, state }: Due): boolean =>
  before !== undefined && !before.head?.channels.watch?.head && (state.head?.channels.watch?.head ?? 0) > 0;

function channelOf({ name }: HeadState, kind: ChannelKind): Channel {
  return `${kind}:${parseChannel(name).name}` as Channel;
}

async function deltasOf(due: Due, kind: ChannelKind, { from, again }: ChannelPush): Promise<Delta[]> {
  const { state } = due;
  const { epoch } = state.head!;
  const single = shownItems(kind, again, 0).map((item) => ({
    epoch,
    from: item.offset - 1,
    to: item.offset,
    items: [item],
  }));
  const range = from === undefined ? [] : await deltaSince(due, kind, from);
  return [...single, ...range];
}

/** Everything above an offset: mostly the entries that the write itself changed. */
async function deltaSince({ state, before, own }: Due, kind: ChannelKind, from: number): Promise<Delta[]> {
  if (from === (before?.head?.channels[kind]?.head ?? 0)) {
    const { epoch, channels } = state.head!;
    return [{ epoch, from, to: channels[kind]!.head, items: shownItems(kind, own, from) }];
  }
  const { head, items } = await state.since(channelOf(state, kind), from);
  const { head: to, floor } = head.channels[kind]!;
  // Below the floor a removed key may be missing: such a client starts again from the beginning.
  if (floor >= to && to > from) return [];
  return [{ epoch: head.epoch, from: Math.max(from, floor), to, items }];
}
