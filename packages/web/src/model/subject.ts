import { AvatarValue, type StoredObject, TitleValue, ViewersValue, WaitingValue } from "@callboard/protocol";
import { type Items, valueAt } from "./items.ts";
import { type Locale, momentText } from "./time.ts";
import { wishOf } from "./words.ts";

/** The chosen title, once there is one. */
export const titleOf = (items: Items): string | undefined => valueAt(items, "title", TitleValue)?.title;

/** The picture made for the subject; its URL may have expired. */
export const avatarOf = (items: Items): StoredObject | undefined =>
  valueAt(items, "avatar", AvatarValue)?.object;

/** Whether a stored object's URL can be used at `now` and a little longer. */
export const isFresh = (object: StoredObject, now: number): boolean =>
  object.url !== undefined && (object.expiresAt === undefined || object.expiresAt > now + 5_000);

/** "Waiting for its creator to choose a title, until 14:32." for the wait that ends first; undefined when nobody is waited for. */
export function waitingText(items: Items, now: number, locale: Locale = {}): string | undefined {
  const waits = Object.values(valueAt(items, "waiting", WaitingValue)?.requests ?? {});
  const first = waits.sort((a, b) => (a.deadline ?? Infinity) - (b.deadline ?? Infinity))[0];
  if (!first) return undefined;
  const until = first.deadline === undefined ? "" : `, until ${momentText(first.deadline, now, locale)}`;
  return `Waiting for its creator to ${wishOf(first.thread)}${until}.`;
}

/** How many watch, when the channel tells. */
export const viewersOf = (items: Items): number | undefined => valueAt(items, "viewers", ViewersValue)?.count;

/** What the owners of a subject are warned of, newest first. */
export function warningsOf(items: Items): { key: string; message: string }[] {
  return [...items.values()]
    .filter((item) => item.key.startsWith("warning/"))
    .sort((a, b) => b.offset - a.offset)
    .flatMap(({ key, value }) => {
      const message = (value as { message?: unknown } | null)?.message;
      return typeof message === "string" ? [{ key, message }] : [];
    });
}
