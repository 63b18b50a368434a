import { type ChannelKind, type Item, isShownIn, valueShownIn } from "@callboard/protocol";
import type { Entry } from "./heads.ts";

/**
 * The items that a channel shows of these entries above an offset, in the order of their offsets. Every head store uses
 * it.
 */
export function shownItems(kind: ChannelKind, entries: Iterable<Entry>, after: number): Item[] {
  const items: Item[] = [];
  for (const { key, value, version, at, offsets } of entries) {
    const offset = offsets[kind];
    if (offset === undefined || offset <= after || !isShownIn(kind, key)) continue;
    items.push({ key, value: valueShownIn(kind, key, value), offset, version, at });
  }
  return items.sort((a, b) => a.offset - b.offset);
}

/** Throws unless each entry has offsets only in channels that show it. Every head store checks its writes with it. */
export function checkShown(entries: Iterable<Entry>): void {
  for (const { key, offsets } of entries)
    for (const [kind, offset] of Object.entries(offsets))
      if (offset !== undefined && !isShownIn(kind as ChannelKind, key))
        throw new TypeError(`${kind} does not show ${key}`);
}
