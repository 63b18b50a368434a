/** Most stack frames in a log line. */
const FRAMES = 4;

/** What a log may contain of an error: its code or its class name, never its message. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** The stack of an error, for a log. The error's message is left out: it may repeat what people wrote. */
export function traceOf(error: unknown): { error: string; at: string } {
  if (!(error instanceof Error)) return { error: "unknown", at: "" };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: frames.slice(0, FRAMES).join("").trim() };
}
