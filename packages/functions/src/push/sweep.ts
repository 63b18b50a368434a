import { type Delta, type Item, jsonBytes } from "@callboard/protocol";

/** A delta that some connections still need, and the visit after which all have it. */
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
 * The posts to a part of a large audience: a sweep visits its shards in turn and posts to each what is due, until every
 * connection has everything. A delta that is pushed meanwhile joins the sweep, and is due for one whole round from there:
 *
 *     shard     0    1    2    3    0    1    2
 *     ──┬───────┼────┼────┼────┼────┼────┼────┤
 *       A       A    A   B│   A+B  A+B   B    B     nobody gets more than one post a push,
 *                                                   and each delta begins at the connection's offset
 */
export interface Sweep extends Division {
  /** Random, and new with each write. */
  readonly stamp: string;
  /** Number of shards that were posted to since the sweep began. */
  readonly visits: number;
  /** In the current shard, connections up to this one were posted to. */
  readonly after?: string;
  /** The oldest first. */
  readonly due: readonly Due[];
  /** The invocation that posts, and when it is taken for dead, in milliseconds; left out: one is on its way. */
  readonly held?: { readonly by: string; readonly until: number };
}

type Progress = Omit<Sweep, "stamp" | "held">;

/**
 * Most deltas that are kept apart, so that each is dropped as soon as everybody has it; beyond this, the oldest are
 * joined.
 */
const MAX_DUE = 8;
/** DynamoDB's limit for an item is 400 KB. */
const MAX_BYTES = 350 * 1024;

/**
 * Adds deltas to what is due in the sweep of this index, or starts a sweep. With more shards than before, everything due
 * is due for a whole round of the new shards. If it becomes too large, the oldest deltas are dropped: clients without
 * them see a gap and recover.
 */
export function withDue(
  before: Progress | undefined,
  deltas: readonly Delta[],
  index: number,
  { shards, sweeps }: Division,
): Progress {
  const division = { shards: Math.max(shards, before?.shards ?? 1), sweeps };
  // The current shard was read before this delta came.
  const until = (before ? before.visits + 1 : 0) + shardsOf(index, division);
  const isNew = before !== undefined && !isDividedAlike(before, division);
  const known = (before?.due ?? []).map((due) => (isNew ? { ...due, until } : due));
  let due = deltas.reduce((all, delta) => added(all, { delta, until }), known);
  while (due.length > MAX_DUE) due = shortened(due);
  while (due.length > 0 && jsonBytes(due) > MAX_BYTES) due = due.slice(1);
  const after = isNew ? undefined : before?.after;
  return { ...division, visits: before?.visits ?? 0, ...(after === undefined ? {} : { after }), due };
}

/** Whether an invocation is known to continue it. */
export const isHeld = ({ held }: Sweep, now: number): boolean => held !== undefined && held.until > now;

const isDividedAlike = (one: Division, other: Division): boolean =>
  one.shards === other.shards && one.sweeps === other.sweeps;

/** How many of the shards the sweep of an index visits. */
const shardsOf = (index: number, { shards, sweeps }: Division): number =>
  Math.max(1, Math.ceil((shards - index) / sweeps));

/** The shard that is visited next, or is being visited. */
export const shardAt = (sweep: Progress, index: number): number =>
  index + sweep.sweeps * (sweep.visits % shardsOf(index, sweep));

/**
 * The sweep after a page was posted; `next`: more connections may follow after this one. Undefined: nothing is due any
 * more.
 */
export function visited<S extends Progress>(
  { after: _, ...sweep }: S,
  next?: string,
): (Omit<S, "after"> & { readonly after?: string }) | undefined {
  if (next !== undefined) return { ...sweep, after: next };
  const visits = sweep.visits + 1;
  const due = sweep.due.filter(({ until }) => until > visits);
  return due.length > 0 ? { ...sweep, visits, due } : undefined;
}

/** What to post at the next visit, in as few deltas as possible. */
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

/** One delta fewer: two that follow each other are joined, or else the oldest is dropped. */
function shortened(all: readonly Due[]): Due[] {
  const at = all.findIndex(({ delta }, i) => i + 1 < all.length && goesOn(delta, all[i + 1]!.delta));
  if (at < 0) return all.slice(1);
  const { delta, until } = all[at + 1]!;
  return [...all.slice(0, at), { delta: joined(all[at]!.delta, delta), until }, ...all.slice(at + 2)];
}

const contains = (one: Delta, other: Delta): boolean =>
  one.epoch === other.epoch && one.from <= other.from && other.to <= one.to;

/** Whether the later delta starts where the earlier one ends, without a gap. */
const goesOn = (earlier: Delta, later: Delta): boolean =>
  earlier.epoch === later.epoch &&
  earlier.from <= later.from &&
  later.from <= earlier.to &&
  earlier.to <= later.to;

/** Both deltas as one: the latest item of each key, in the order of offsets. */
export function joined(earlier: Delta, later: Delta): Delta {
  const items = new Map<string, Item>();
  for (const item of [...earlier.items, ...later.items])
    if ((items.get(item.key)?.offset ?? 0) < item.offset) items.set(item.key, item);
  const { epoch, from } = earlier;
  return { epoch, from, to: later.to, items: [...items.values()].sort((a, b) => a.offset - b.offset) };
}
