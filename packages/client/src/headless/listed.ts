import type { Item, StoredObject } from "@callboard/protocol";
import { isJsonObject } from "../json.ts";
import { readFields } from "./read.ts";
import { listed } from "./values.ts";

/** A line of a list. Times are milliseconds, by the reporter's clock. */
export interface ListedSubject {
  /** The key of its item, with which `resolve` finds its picture. */
  readonly key: string;
  readonly subject: string;
  readonly title: string | undefined;
  /** The state of its runs: one of `ExecutionState`, or a state of a later server. */
  readonly state: string | undefined;
  /** The number of questions that wait for an answer. */
  readonly waiting: number;
  readonly picture: StoredObject | undefined;
  readonly startedAt: number;
  readonly at: number;
}

const prefix = "subject/";

/**
 * The lines of a `list:` channel, the newest start first. A field that is missing or cannot be read is left
 * out; the line stays.
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
    // Including states of a later server.
    state: textOf(isJsonObject(value) ? value.state : undefined),
    waiting,
    picture: object,
    startedAt,
    at,
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;
