import type { Item, ListedValue, StoredObject } from "@callboard/protocol";

/** A line of a list. Times are milliseconds by the clock of whoever reported. */
export interface ListedSubject {
  /** The key of its item, by which `resolve` finds its picture. */
  readonly key: string;
  readonly subject: string;
  readonly title: string | undefined;
  /** How its runs stand: one of `ExecutionState`, or what a later server has besides. */
  readonly state: string | undefined;
  /** Questions that wait for an answer. */
  readonly waiting: number;
  readonly picture: StoredObject | undefined;
  readonly startedAt: number;
  readonly at: number;
}

const prefix = "subject/";

/**
 * The lines of a `list:` channel, those that began last first. What a line lacks, or has in a form that nobody can read,
 * is as if it were not there: the line stays.
 */
export function listOf(items: ReadonlyMap<string, Item>): ListedSubject[] {
  return [...items.values()]
    .filter(({ key, value }) => key.startsWith(prefix) && value !== null)
    .map(lineOf)
    .sort((a, b) => b.startedAt - a.startedAt || (a.subject < b.subject ? -1 : 1));
}

function lineOf({ key, value, at: itemAt }: Item): ListedSubject {
  const said = (typeof value === "object" && value !== null ? value : {}) as Partial<
    Record<keyof ListedValue, unknown>
  >;
  const at = numberOr(said.at, itemAt);
  return {
    key,
    subject: key.slice(prefix.length),
    title: textOf(said.title),
    state: textOf(said.state),
    waiting: numberOr(said.waiting, 0),
    picture: pictureOf(said.object),
    startedAt: numberOr(said.startedAt, at),
    at,
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isFinite(value) ? value : otherwise;

function pictureOf(value: unknown): StoredObject | undefined {
  const { key, mediaType, url, expiresAt } = (value ?? {}) as Partial<Record<keyof StoredObject, unknown>>;
  if (typeof key !== "string" || typeof mediaType !== "string") return undefined;
  return {
    key,
    mediaType,
    ...(typeof url === "string" ? { url } : {}),
    ...(typeof expiresAt === "number" ? { expiresAt } : {}),
  };
}
