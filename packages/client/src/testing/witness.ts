import type { Channel, Item } from "@callboard/protocol";
import type { Callboard } from "../callboard.ts";
import type { ChannelView } from "../channel-view.ts";
import type { RealCallboard } from "./real-callboard.ts";

/** Follows channels on request, and records every wrong thing that a view shows. */
export interface Witness {
  readonly views: readonly ChannelView[];
  /** Everything that went backwards or was never true, in words. */
  readonly lies: string[];
  follow(name: Channel): void;
  leave(name: Channel): void;
}

export function witness(
  client: Callboard,
  names: readonly Channel[],
  { everHad, stillHas }: Pick<RealCallboard, "everHad" | "stillHas">,
): Witness {
  const lies: string[] = [];
  const latest = new Map<string, Item>();
  const offsets = new Map<Channel, number>();
  const leaves = new Map<Channel, () => void>();

  function check(changed: readonly Item[], { name, offset }: ChannelView): void {
    if (offset < (offsets.get(name) ?? 0)) lies.push(`${name} went back to ${offset}`);
    offsets.set(name, offset);
    for (const item of changed) {
      const key = `${name} ${item.key}`;
      const before = latest.get(key);
      if (item.value !== null && !everHad(name, item)) lies.push(`${key} never had that value`);
      if (before && goesBack(item, before)) lies.push(`${key} went back to ${item.offset}`);
      if (item.value === null && before && stillHas(name, before)) lies.push(`${key} is still there`);
      latest.set(key, item);
    }
  }

  function follow(name: Channel): void {
    leaves.get(name)?.();
    leaves.set(name, client.channel(name).follow(check));
  }

  return {
    views: names.map((name) => client.channel(name)),
    lies,
    follow,
    leave: (name) => leaves.get(name)?.(),
  };
}

/** A removed item does not come back with the value that it had. */
const goesBack = (item: Item, before: Item): boolean =>
  item.offset < before.offset ||
  (item.offset === before.offset && before.value === null && item.value !== null);
