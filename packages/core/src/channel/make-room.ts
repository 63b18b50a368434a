import type { ChannelKind } from "@callboard/protocol";
import type { Entry } from "../ports/index.ts";
import { removed } from "./change.ts";
import { boundPassed, type Channels, isWithin, placed } from "./counts.ts";
import { type Part, partsOf } from "./parts.ts";

/** A head as a change would leave it. */
export interface Crowded {
  /** Where its channels stood before the change. */
  readonly before: Channels;
  readonly channels: Channels;
  /** All entries, those of the change as it makes them. */
  readonly entries: ReadonlyMap<string, Entry>;
  /**
   * Keys that the change proposes. Neither they nor what belongs together with them make room; only the candidates of a
   * request that it closes do, as the last.
   */
  readonly own: ReadonlySet<string>;
  /** Whether even steps under way make room for it. */
  readonly mustShow: boolean;
  /** The most entries that one write may let go, beside the change and without it. */
  readonly most: { readonly beside: number; readonly alone: number };
  readonly now: number;
}

/** Which entries are let go so that a change finds room, in this order. */
export type Room =
  | { readonly outcome: "made"; readonly gone: readonly Entry[] }
  /** It takes more than one write: these first. */
  | { readonly outcome: "begun"; readonly gone: readonly Entry[] }
  /** Nothing that could go would make enough of it. */
  | { readonly outcome: "none" };

/** How full a channel may be once what is over has made room, so that not every change has to make some. */
const comfortableShare = 0.9;

/**
 * Decides what a head that a change takes over its bounds lets go: whole parts, those that are over somewhat beyond what
 * the change needs, others no further. Pure.
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
      (!isOver || crowded.every((kind) => isWithin(after[kind]!, comfortableShare)))
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
    ({ entries }) => entries.some(isOwn) && entries.at(-1)?.key.startsWith("request/"),
  );
  const others = parts.filter(({ entries }) => !entries.some(isOwn));
  return [
    ...others.filter(({ rank }) => rank !== "unfinished"),
    ...closed.map(({ entries }): Part => ({ rank: "silent", entries: entries.filter((one) => !isOwn(one)) })),
    ...others.filter(({ rank }) => rank === "unfinished"),
  ];
}

/** What stays of an entry that is let go: it is gone for those who knew it, and whatever told of it is old. */
export const letGo = ({ key, version }: Entry, now: number): Omit<Entry, "offsets"> => ({
  key,
  value: null,
  version: removed(version),
  at: now,
});
