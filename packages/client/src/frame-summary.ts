type Message = Readonly<Record<string, unknown>>;

/** The fields with names in them, never with what people wrote. */
const names = [
  "requestId",
  "verb",
  "candidateId",
  "state",
  "status",
  "code",
  "replyId",
  "channel",
  "ref",
  "client",
];

/** A short line about a frame: names, counts and positions, never values. */
export function summaryOf(message: Message): string {
  const said = names.flatMap((name) => (typeof message[name] === "string" ? [message[name]] : []));
  const { type, from, to, items } = message;
  if (typeof from === "number" && typeof to === "number") said.push(`${from} → ${to}`);
  if (Array.isArray(items)) said.push(`${items.length} keys`);
  for (const one of [message.channels, message.at, message.behind]) said.push(...channelsOf(one));
  return [typeof type === "string" ? type : "no message of Callboard's", ...said].join(" ").slice(0, 300);
}

/** The channels of a message, each with its offset, its error or its number of keys. */
function channelsOf(given: unknown): string[] {
  if (typeof given !== "object" || given === null) return [];
  if (Array.isArray(given)) return given.filter((name) => typeof name === "string");
  return Object.entries(given as Record<string, unknown>).map(([name, one]) => {
    if (Array.isArray(one)) return `${name}@${String(one[1])}`;
    const { error, offset, items, after } = (one ?? {}) as Record<string, unknown>;
    if (typeof error === "string") return `${name}: ${error}`;
    const at = offset ?? (after as { offset?: unknown } | undefined)?.offset;
    return `${name}${at === undefined ? "" : `@${String(at)}`}${Array.isArray(items) ? ` (${items.length} keys)` : ""}`;
  });
}
