/** Marks a value that a recording has redacted. */
const WILDCARD = "*";

const REDACTED =
  /^(arn:.*|<.*>|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})|date|timestamp|name|sm)$/is;

/** Whether two JSON values are equal, except for redacted values, the order of keys, and JSON within strings. */
export function sameRecording(actual: unknown, expected: unknown): boolean {
  return JSON.stringify(normalize(actual)) === JSON.stringify(normalize(expected));
}

function normalize(value: unknown): unknown {
  if (typeof value === "string") {
    if (REDACTED.test(value)) return WILDCARD;
    const parsed = parse(value);
    return parsed === undefined ? value : normalize(parsed);
  }
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== "object" || value === null) return value ?? null;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, normalize(item)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
