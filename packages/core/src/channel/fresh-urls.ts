import { type Item, StoredObject } from "@callboard/protocol";
import type { Objects } from "../ports/index.ts";

/** The stored object that a value holds, if it holds one. */
export function objectOf(value: unknown): StoredObject | undefined {
  const object = (value as { object?: unknown } | null)?.object;
  return object === undefined ? undefined : StoredObject.safeParse(object).data;
}

/** Items as they are delivered: a stored object's key is joined by a URL, signed anew each time. */
export function withFreshUrls(objects: Objects, items: readonly Item[]): Promise<Item[]> {
  return Promise.all(
    items.map(async (item) => {
      const object = objectOf(item.value);
      if (!object) return item;
      return {
        ...item,
        value: { ...(item.value as object), object: { ...object, ...(await objects.sign(object.key)) } },
      };
    }),
  );
}
