import { detailsOf, type HistoryEvent } from "@callboard/aws-local";

/** An entry of PutEvents from a state, without task tokens. */
export interface PutEntry {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: unknown;
}

/** Replaces a task token. */
const HIDDEN = "…";

/**
 * The entries that a state put on the bus, from the event that scheduled its task; empty when it calls
 * something else.
 */
export function entriesPut(event: HistoryEvent): PutEntry[] {
  const { resourceType, parameters } = detailsOf(event);
  if (event.type !== "TaskScheduled" || resourceType !== "events" || typeof parameters !== "string")
    return [];
  const { Entries } = JSON.parse(parameters) as { Entries?: unknown };
  if (!Array.isArray(Entries)) return [];
  return Entries.map((entry: Record<string, unknown>) => ({
    source: String(entry.Source),
    "detail-type": String(entry.DetailType),
    detail: withoutTokens(parsed(entry.Detail)),
  }));
}

/** A value without task tokens: by their form, by the name of their field, and in nested values. */
export function withoutTokens(value: unknown): unknown {
  const tokens = new Set<string>();
  collect(value, tokens);
  return hidden(value, tokens);
}

const isTokenName = (name: string) => /token/i.test(name);
/** Tokens of this engine, and other texts that are as long and random. */
const tokenLike = /[\w+/=-]{120,}/g;

function collect(value: unknown, tokens: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, one] of Object.entries(value))
    if (isTokenName(name) && typeof one === "string" && one.length >= 16) tokens.add(one);
    else collect(one, tokens);
}

function hidden(value: unknown, tokens: ReadonlySet<string>): unknown {
  if (typeof value === "string") {
    let text = value;
    for (const token of tokens) text = text.replaceAll(token, HIDDEN);
    return text.replace(tokenLike, HIDDEN);
  }
  if (Array.isArray(value)) return value.map((one) => hidden(one, tokens));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, isTokenName(name) ? HIDDEN : hidden(one, tokens)]),
  );
}

/** A detail is an object, or JSON text if the state has built it itself. */
function parsed(detail: unknown): unknown {
  if (typeof detail !== "string") return detail;
  try {
    return JSON.parse(detail);
  } catch {
    return undefined;
  }
}
