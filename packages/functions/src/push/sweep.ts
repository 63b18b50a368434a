import { type Delta, type Item, jsonBytes } from "@callboard/protocol";

/** A delta that connections lack, and at which visit everybody has it. */
interface Due {
  readonly delta: Delta;
  readonly until: number;
}

/** How a channel's audience is divided: its shards, and the sweeps that share them. */
export interface Division {
  readonly shards: number;
  readonly sweeps: number;
}

/**
 * The posting to a part of a large audience: it goes round its shards, visit by visit, and brings to each what is due by
 * then, until nobody lacks anything. What is pushed meanwhile joins it, and is due for one whole round from there:
 *
 *     shard     0    1    2    3    0    1    2
 *     ──┬───────┼────┼────┼────┼────┼────┼────┤
 *       A       A    A   B│   A+B  A+B   B    B     nobody gets more than one post a push,
 *                                                   and each delta begins where the connection stands
 */
export interface Sweep extends Division {
  /** Random, anew with each write. */
  readonly stamp: string;
  /** Shards that were posted to since the sweep began. */
  readonly visits: number;
  /** Of the shard that is visited now, connections up to this one were posted to. */
  readonly after?: string;
  /** The oldest first. */
  readonly due: readonly Due[];
  /** The invocation that posts, and when it is taken to be dead, in milliseconds; left out: one is on its way. */
  readonly held?: { readonly by: string; readonly until: number };
}

type Progress = Omit<Sweep, "stamp" | "held">;

/** Deltas that are kept apart, so that what everybody has is left out soon; beyond, the oldest are joined. */
const mostDue = 8;
/** An item of DynamoDB has 400 KB. */
const mostBytes = 350 * 1024;

/**
 * Adds deltas to what is due in the sweep of this index, or begins one. When there are more shards than before, all that
 * is due is due for a whole round of these. What does not fit any more is let go, the oldest first: whoever lacks it
 * finds the gap.
 */
export function withDue(
  before: Progress | undefined,
  deltas: readonly Delta[],
  index: number,
  { shards, sweeps }: Division,
): Progress {
  const division = { shards: Math.max(shards, before?.shards ?? 1), sweeps };
  // The shard that is being visited was read before this.
  const until = (before ? before.visits + 1 : 0) + shardsOf(index, division);
  const isAnew = before !== undefined && !isDividedAlike(before, division);
  const known = (before?.due ?? []).map((due) => (isAnew ? { ...due, until } : due));
  let due = deltas.reduce((all, delta) => added(all, { delta, until }), known);
  while (due.length > mostDue) due = shortened(due);
  while (due.length > 0 && jsonBytes(due) > mostBytes) due = due.slice(1);
  const after = isAnew ? undefined : before?.after;
  return { ...division, visits: before?.visits ?? 0, ...(after === undefined ? {} : { after }), due };
}

/** Whether somebody goes on with it, as far as is known. */
export const isHeld = ({ held }: Sweep, now: number): boolean => held !== undefined && held.until > now;

const isDividedAlike = (one: Division, other: Division): boolean =>
  one.shards === other.shards && one.sweeps === other.sweeps;

/** How many of the shards the sweep of an index visits. */
const shardsOf = (index: number, { shards, sweeps }: Division): number =>
  Math.max(1, Math.ceil((shards - index) / sweeps));

/** The shard that is visited next, or is being visited. */
export const shardAt = (sweep: Progress, index: number): number =>
  index + sweep.sweeps * (sweep.visits % shardsOf(index, sweep));

/** A page of the shard was posted; `next`: there may be more behind this connection. Undefined: nothing is due any more. */
export function visited<S extends Progress>(
  { after: _, ...sweep }: S,
  next?: string,
): (Omit<S, "after"> & { readonly after?: string }) | undefined {
  if (next !== undefined) return { ...sweep, after: next };
  const visits = sweep.visits + 1;
  const due = sweep.due.filter(({ until }) => until > visits);
  return due.length > 0 ? { ...sweep, visits, due } : undefined;
}

/** What is to be posted at the next visit, in as few deltas as can be. */
export function deltasDue({ due }: Progress): Delta[] {
  const deltas: Delta[] = [];
  for (const { delta } of due) {
    const last = deltas.at(-1);
    if (last && goesOn(last, delta)) deltas[deltas.length - 1] = joined(last, delta);
    else deltas.push(delta);
  }
  return deltas;
}

function added(all: readonly Due[], one: Due): Due[] {
  if (all.some(({ delta }) => contains(delta, one.delta))) return [...all];
  const last = all.at(-1);
  if (last && last.until === one.until && goesOn(last.delta, one.delta))
    return [...all.slice(0, -1), { ...one, delta: joined(last.delta, one.delta) }];
  return [...all, one];
}

/** One delta fewer: two that follow each other are joined, or else the oldest is let go. */
function shortened(all: readonly Due[]): Due[] {
  const at = all.findIndex(({ delta }, i) => i + 1 < all.length && goesOn(delta, all[i + 1]!.delta));
  if (at < 0) return all.slice(1);
  const { delta, until } = all[at + 1]!;
  return [...all.slice(0, at), { delta: joined(all[at]!.delta, delta), until }, ...all.slice(at + 2)];
}

const contains = (one: Delta, other: Delta): boolean =>
  one.epoch === other.epoch && one.from <= other.from && other.to <= one.to;

/** Whether the later delta goes on where the earlier one ends, without a gap. */
const goesOn = (earlier: Delta, later: Delta): boolean =>
  earlier.epoch === later.epoch &&
  earlier.from <= later.from &&
  later.from <= earlier.to &&
  earlier.to <= later.to;

/** Both deltas as one: of each key what is latest, in the order of offsets. */
export function joined(earlier: Delta, later: Delta): Delta {
  const items = new Map<string, Item>();
  for (const item of [...earlier.items, ...later.items])
    if ((items.get(item.key)?.offset ?? 0) < item.offset) items.set(item.key, item);
  const { epoch, from } = earlier;
  return { epoch, from, to: later.to, items: [...items.values()].sort((a, b) => a.offset - b.offset) };
}
