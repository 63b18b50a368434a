import { type Channel, headOf, type Item, isShownIn, parseChannel, StoredObject } from "@callboard/protocol";
import { type Caller, mayFollow } from "../access/principal.ts";
import type { Objects, Ports } from "../ports/index.ts";

/** Items as they are delivered: each value with a stored object's key gets a freshly signed URL. */
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

/** A fresh URL for the object of an item and its expiry, or why there is none. */
export type Resolved =
  | { readonly outcome: "resolved"; readonly url: string; readonly expiresAt: number }
  | { readonly outcome: "forbidden" }
  | { readonly outcome: "not_found" };

/** Signs the object of a channel's item, if the caller may follow the channel. */
export async function resolveObject(
  { heads, objects }: Pick<Ports, "heads" | "objects">,
  caller: Caller,
  channel: Channel,
  key: string,
): Promise<Resolved> {
  const state = await heads.open(headOf(channel));
  if (!mayFollow(caller, channel, state.head)) return { outcome: "forbidden" };
  const isShown = isShownIn(parseChannel(channel).kind, key);
  const object = isShown ? objectOf((await state.entries([key])).get(key)?.value) : undefined;
  return object ? { outcome: "resolved", ...(await objects.sign(object.key)) } : { outcome: "not_found" };
}

/** The stored object in a value, if there is one. */
function objectOf(value: unknown): StoredObject | undefined {
  const object = (value as { object?: unknown } | null)?.object;
  return object === undefined ? undefined : StoredObject.safeParse(object).data;
}
