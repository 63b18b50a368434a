import type { Item } from "@callboard/protocol";
import type { Items } from "../model/items.ts";

/** A channel's items from plain values by key, in the order of their offsets. */
export function itemsOf(values: Readonly<Record<string, unknown>>): Items {
  const items = Object.entries(values).map(
    ([key, value], index): Item => ({ key, value, offset: index + 1, version: "1", at: 1000 + index }),
  );
  return new Map(items.map((item) => [item.key, item]));
}

/** Half past two in London on 1 May 2026, and how its times are read there. */
export const halfPastTwo = Date.UTC(2026, 4, 1, 13, 30);
export const london = { locale: "en-GB", timeZone: "Europe/London" };
