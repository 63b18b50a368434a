import type { Item, StoredObject } from "@callboard/protocol";
import { isJsonObject } from "../json.ts";
import { readFields } from "./read.ts";
import { listed } from "./values.ts";

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
  const { title, waiting = 0, object, at = itemAt, startedAt = at } = readFields(listed, value).fields;
  return {
    key,
    subject: key.slice(prefix.length),
    title: title?.trim() ? title : undefined,
    // A later server's too.
    state: textOf(isJsonObject(value) ? value.state : undefined),
    waiting,
    picture: object,
    startedAt,
    at,
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;
