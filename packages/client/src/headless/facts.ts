import { isJsonObject } from "../json.ts";
import { type Items, readUnder, valueAt } from "./items.ts";
import { count, fact, time } from "./values.ts";

/** A fact that a producer reports about a subject, separate from its progress. */
export interface Fact {
  readonly key: string;
  readonly name: string;
  /** Its label for people, if the producer gives one. */
  readonly label: string | undefined;
  /** Any JSON but null. */
  readonly value: unknown;
  /** When it was set, in milliseconds. */
  readonly at: number;
  /** Only owners see it. */
  readonly isPrivate: boolean;
}

/** A video or a channel that is live, or was. */
export interface Broadcast {
  readonly isLive: boolean;
  /** When it went live, or when it ended, in milliseconds. */
  readonly since: number;
  /** How many people watch, if known; undefined once it has ended. */
  readonly views: number | undefined;
}

const prefixes = ["fact/", "private/"] as const;

/**
 * The facts of a subject by name, those for everyone first, without those that `broadcastOf` shows. A fact
 * with the name but not the value of a broadcast's fact is included.
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

/** Whether a subject is live, and how many people watch; undefined when nothing was reported. */
export function broadcastOf(items: Items): Broadcast | undefined {
  const live = valueAt(items, "fact/live", fact)?.value;
  if (!isJsonObject(live) || typeof live.live !== "boolean") return undefined;
  const since = time(live.live ? live.since : live.until);
  if (since === undefined) return undefined;
  return { isLive: live.live, since, views: live.live ? viewsIn(items) : undefined };
}

const viewsIn = (items: Items): number | undefined => count(valueAt(items, "fact/views", fact)?.value);
