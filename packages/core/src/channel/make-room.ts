import type { ChannelKind } from "@callboard/protocol";
import type { Entry } from "../ports/index.ts";
import { removed } from "./change.ts";
import { boundPassed, type Channels, isWithin, placed } from "./counts.ts";
import { type Part, partsOf } from "./parts.ts";

/** A head as a change would leave it, with a channel over its limits. */
export interface Crowded {
  /** The state of its channels before the change. */
  readonly before: Channels;
  readonly channels: Channels;
  /** All entries, those of the change included. */
  readonly entries: ReadonlyMap<string, Entry>;
  /**
   * Keys that the change proposes. They and the entries that belong to them are kept. The one exception: candidates of
   * a request that the change closes can be removed, last of all.
   */
  readonly own: ReadonlySet<string>;
  /** Whether even steps under way are removed to make room for it. */
  readonly mustShow: boolean;
  /** The most entries that one write may remove, together with the change and without it. */
  readonly most: { readonly beside: number; readonly alone: number };
  readonly now: number;
}

/** The entries to remove so that a change finds room, in this order. */
export type Room =
  | { readonly outcome: "made"; readonly gone: readonly Entry[] }
  /** It takes more than one write: remove these first. */
  | { readonly outcome: "begun"; readonly gone: readonly Entry[] }
  /** Removing everything that may be removed would not make enough room. */
  | { readonly outcome: "none" };

/** How full a channel may be after finished parts were removed, so that not every change has to remove some. */
const SPARE_ROOM_SHARE = 0.9;

/**
 * Decides what to remove from a head when a change takes it over its limits. Parts are removed as a whole: finished
 * ones until there is some spare room, others only as far as the change needs. Pure.
 */
export function makeRoom({ before, channels, entries, own, mustShow, most, now }: Crowded): Room {
  const kinds = Object.keys(channels) as ChannelKind[];
  const after = { ...channels };
  const passed = (kind: ChannelKind) => boundPassed(before[kind]!, after[kind]!) !== undefined;
  const crowded = kinds.filter(passed);
  const gone: Entry[] = [];
  let needed: number | undefined;
  for (const { rank, entries: all } of partsBeside(own, partsOf(entries.values(), now))) {
    if (rank === "unfinished" && !mustShow) break;
    const isOver = rank !== "silent" && rank !== "unfinished";
    if (
      needed !== undefined &&
      (!isOver || crowded.every((kind) => isWithin(after[kind]!, SPARE_ROOM_SHARE)))
    )
      break;
    for (const entry of all) {
      if (!crowded.some((kind) => entry.offsets[kind] !== undefined)) continue;
      placed({ ...entry, value: null }, entry, after, kinds);
      gone.push(entry);
      if (!kinds.some(passed)) needed ??= gone.length;
    }
  }
  if (needed === undefined) return { outcome: "none" };
  return needed <= most.beside
    ? { outcome: "made", gone: gone.slice(0, most.beside) }
    : { outcome: "begun", gone: gone.slice(0, most.alone) };
}

function partsBeside(own: ReadonlySet<string>, parts: readonly Part[]): Part[] {
  const isOwn = ({ key }: Entry) => own.has(key);
  const closed = parts.filter(
    ({ entries }) => entries.some(isOwn) && entries.at(-1)!.key.startsWith("request/"),
  );
  const others = parts.filter(({ entries }) => !entries.some(isOwn));
  return [
    ...others.filter(({ rank }) => rank !== "unfinished"),
    ...closed.map(({ entries }): Part => ({ rank: "silent", entries: entries.filter((one) => !isOwn(one)) })),
    ...others.filter(({ rank }) => rank === "unfinished"),
  ];
}

/** A removed entry: clients see it as removed, and older reports about it no longer count. */
export const removedToMakeRoom = ({ key, version }: Entry, now: number): Omit<Entry, "offsets"> => ({
  key,
  value: null,
  version: removed(version),
  at: now,
});
