import { isDeepStrictEqual } from "node:util";
import type { Channel, ChannelView, Item } from "@callboard/client";
import { numberOf } from "./story.ts";

/** Checks what the views of a crowd show, and records what must never happen. */
export interface Witness {
  /** Call it whenever a view has changed, with the listener's changes as `changed`. */
  see(seen: ChannelState, changed: readonly Item[]): void;
  /** Starts with what a view shows now. */
  begin(view: ChannelView): ChannelState;
  /** The first violations, in words. */
  readonly violations: readonly string[];
  /** The highest report of each step that was shown, by `<subject> <step>`. */
  readonly highest: ReadonlyMap<string, number>;
  /** Number of items that were shown. */
  readonly shown: number;
}

/** A view, with its state when it was last checked. */
interface ChannelState {
  readonly view: ChannelView;
  epoch: string | undefined;
  offset: number;
  items: ReadonlyMap<string, Item>;
}

const MAX_VIOLATIONS = 20;
/** The epoch of a channel without any publication. */
const unborn = "unborn";

export function createWitness(): Witness {
  const violations: string[] = [];
  const highest = new Map<string, number>();
  let shown = 0;
  const violate = (view: ChannelView, what: string) => {
    if (violations.length < MAX_VIOLATIONS) violations.push(`${view.name}: ${what}`);
  };

  function seeItem({ view, epoch, offset, items }: ChannelState, item: Item): void {
    shown++;
    if (view.epoch === epoch && item.value !== null) {
      const known = items.get(item.key);
      // Items that are missing were missing up to the view's offset.
      const isBack = known
        ? item.offset < known.offset || item.version < known.version
        : item.offset <= offset;
      if (isBack)
        violate(view, `went from ${JSON.stringify(known ?? offset)} back to ${JSON.stringify(item)}`);
      if (known && item.offset === known.offset && !isDeepStrictEqual(item, known))
        violate(view, `has two of one offset: ${JSON.stringify(known)} and ${JSON.stringify(item)}`);
    }
    if (item.value !== null && item.key.startsWith("step/")) seeReport(view, item);
  }

  function seeReport(view: ChannelView, item: Item): void {
    const n = numberOf(view.name, item);
    if (n === undefined) {
      violate(view, `shows what nobody reported: ${JSON.stringify(item)}`);
      return;
    }
    const step = `${subjectOf(view.name)} ${item.key.slice("step/-/".length)}`;
    if (n > (highest.get(step) ?? -1)) highest.set(step, n);
  }

  return {
    begin: (view) => ({ view, epoch: undefined, offset: 0, items: new Map() }),
    see(sight, changed) {
      const { view } = sight;
      if (sight.epoch !== undefined && sight.epoch !== unborn && view.epoch !== sight.epoch)
        violate(view, `went from epoch ${sight.epoch} to ${view.epoch}: the table has lost it`);
      if (view.epoch === sight.epoch && view.offset < sight.offset)
        violate(view, `went from offset ${sight.offset} back to ${view.offset}`);
      for (const item of changed) seeItem(sight, item);
      sight.epoch = view.epoch;
      sight.offset = view.offset;
      sight.items = view.items;
    },
    violations,
    highest,
    get shown() {
      return shown;
    },
  };
}

const subjectOf = (channel: Channel): string => channel.slice(channel.indexOf(":") + 1);
