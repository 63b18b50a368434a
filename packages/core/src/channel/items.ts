import { type Channel, headOf, type Item, isShownIn, parseChannel, StoredObject } from "@callboard/protocol";
import { type Caller, mayFollow } from "../access/principal.ts";
import type { Objects, Ports } from "../ports/index.ts";

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

/** A fresh URL for the object that an item holds, until when it is good; or why there is none. */
export type Resolved =
  | { readonly outcome: "resolved"; readonly url: string; readonly expiresAt: number }
  | { readonly outcome: "forbidden" }
  | { readonly outcome: "not_found" };

/** Signs the object that an item of a channel holds, for whoever may follow the channel. */
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

/** The stored object that a value holds, if it holds one. */
function objectOf(value: unknown): StoredObject | undefined {
  const object = (value as { object?: unknown } | null)?.object;
  return object === undefined ? undefined : StoredObject.safeParse(object).data;
}
