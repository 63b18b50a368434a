import type { MediaValue, StoredObject, WarningValue } from "@callboard/protocol";
import { type Items, readUnder, valueAt } from "./items.ts";
import { avatar, captions, execution, media, request, titled, viewers, waiting, warning } from "./values.ts";

/** That a subject waits for answers; everyone who follows it may know. */
export interface Waiting {
  /** How many questions are open, from 1. */
  readonly count: number;
  /** When the first of them was asked, in milliseconds. */
  readonly since: number;
  /** The earliest deadline, in milliseconds; undefined when there is none. */
  readonly deadline: number | undefined;
}

/** The chosen title, once there is one. */
export const titleOf = (items: Items): string | undefined => valueAt(items, "title", titled)?.title;

/** The picture made for the subject; its URL may have expired. */
export const pictureOf = (items: Items): StoredObject | undefined => valueAt(items, "avatar", avatar)?.object;

/** The video, once it is released; its URL may have expired. */
export const mediaOf = (items: Items): MediaValue | undefined => valueAt(items, "media", media);

/** The captions of the video; their URL may have expired. */
export const captionsOf = (items: Items): StoredObject | undefined =>
  valueAt(items, "captions", captions)?.object;

/** The number of viewers, if the channel has it. */
export const viewersOf = (items: Items): number | undefined => valueAt(items, "viewers", viewers)?.count;

/** What a subject waits for; undefined when it waits for no answer. */
export function waitingOf(items: Items): Waiting | undefined {
  const waits = Object.values(valueAt(items, "waiting", waiting)?.requests ?? {});
  if (waits.length === 0) return undefined;
  const first = Math.min(...waits.map(({ deadline }) => deadline ?? Infinity));
  const since = Math.min(...waits.map((wait) => wait.since));
  return { count: waits.length, since, deadline: first === Infinity ? undefined : first };
}

/** A warning for the owners of a subject. */
export interface SubjectWarning {
  readonly key: string;
  readonly code: WarningValue["code"];
  /** The message of its producer or of Callboard, in English. */
  readonly message: string;
}

/** The warnings for the owners of a subject, newest first, without those about executions that have ended. */
export function warningsOf(items: Items): { warnings: SubjectWarning[]; unread: string[] } {
  const hasEnded = ({ execution: named, requestId }: Partial<WarningValue>) => {
    const asked = named === undefined ? valueAt(items, `request/${requestId}`, request)?.execution : named;
    const state = asked === undefined ? undefined : valueAt(items, `execution/${asked}`, execution)?.state;
    return state !== undefined && state !== "running";
  };
  const readings = readUnder(items, "warning/", warning).reverse();
  return {
    warnings: readings.flatMap(({ item: { key }, fields, whole }) => {
      if (!whole || hasEnded(fields)) return [];
      const { code, message } = fields as WarningValue;
      return [{ key, code, message }];
    }),
    unread: readings.filter(({ whole }) => !whole).map(({ item }) => item.key),
  };
}

/** Whether a stored object's URL is valid at `now` and a little longer. */
export const isFresh = (object: Omit<StoredObject, "key" | "mediaType">, now: number): boolean =>
  object.url !== undefined && (object.expiresAt === undefined || object.expiresAt > now + 5_000);
