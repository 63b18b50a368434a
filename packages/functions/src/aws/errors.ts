/** Stack frames that a log line holds. */
const FRAMES = 4;

/** What a log may say of an error: its code or the name of its class, never its message. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** Where something went wrong, for a log. An error's message is left out: it may repeat what people said. */
export function traceOf(error: unknown): { error: string; at: string } {
  if (!(error instanceof Error)) return { error: "unknown", at: "" };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: frames.slice(0, FRAMES).join("").trim() };
}
