import type { Json } from "./json.ts";

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the Unix epoch of an ISO 8601 timestamp with `T` and an offset; undefined for all else. */
export function parseTimestamp(value: Json): number | undefined {
  if (typeof value !== "string" || !RFC_3339.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
