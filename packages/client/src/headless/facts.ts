import { isJsonObject } from "../json.ts";
import { type Items, readUnder, valueAt } from "./items.ts";
import { count, fact, time } from "./values.ts";

/** Something that a producer says of a subject, beside its progress. */
export interface Fact {
  readonly key: string;
  readonly name: string;
  /** What it is called, for people, where the producer says it. */
  readonly label: string | undefined;
  /** Any JSON but null. */
  readonly value: unknown;
  /** When it was set, in milliseconds. */
  readonly at: number;
  /** For owners alone. */
  readonly isPrivate: boolean;
}

/** A video or a channel that is broadcast, or was. */
export interface Broadcast {
  readonly isLive: boolean;
  /** Since when it is live, or when it ended, in milliseconds. */
  readonly since: number;
  /** How many watch, as far as is known; undefined once it has ended. */
  readonly views: number | undefined;
}

const prefixes = ["fact/", "private/"] as const;

/**
 * The facts of a subject by their names, those for everyone first, without what `broadcastOf` tells: a fact that is only
 * called as those of a broadcast is one like any other.
 */
export function factsOf(items: Items): Fact[] {
  const ofBroadcast = broadcastOf(items)
    ? ["fact/live", ...(viewsIn(items) === undefined ? [] : ["fact/views"])]
    : [];
  return prefixes.flatMap((prefix) =>
    readUnder(items, prefix, fact)
      .filter(({ item, whole }) => whole && !ofBroadcast.includes(item.key))
      .map(({ item: { key }, fields: { name = "", label, value, at = 0 } }) => ({
        key,
        name,
        label,
        value,
        at,
        isPrivate: prefix === "private/",
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

/** Whether a subject is live, and with how many; undefined where nobody has said. */
export function broadcastOf(items: Items): Broadcast | undefined {
  const live = valueAt(items, "fact/live", fact)?.value;
  if (!isJsonObject(live) || typeof live.live !== "boolean") return undefined;
  const since = time(live.live ? live.since : live.until);
  if (since === undefined) return undefined;
  return { isLive: live.live, since, views: live.live ? viewsIn(items) : undefined };
}

const viewsIn = (items: Items): number | undefined => count(valueAt(items, "fact/views", fact)?.value);
