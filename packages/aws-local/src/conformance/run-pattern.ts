import { matchesPattern } from "../bus/pattern.ts";

/** A recorded answer of EventBridge's TestEventPattern. */
export interface RecordedPattern {
  readonly id: string;
  readonly event: unknown;
  readonly pattern: unknown;
  readonly expected: "match" | "no-match" | "invalid";
}

/** Tests a recorded pattern; undefined if the answer was as recorded, else the difference. */
export async function runRecordedPattern(recorded: RecordedPattern): Promise<string | undefined> {
  const actual = answerTo(recorded);
  return actual === recorded.expected ? undefined : `${actual} instead of ${recorded.expected}`;
}

function answerTo({ pattern, event }: RecordedPattern): string {
  try {
    return matchesPattern(pattern, event) ? "match" : "no-match";
  } catch (cause) {
    if (cause instanceof Error && cause.name.startsWith("InvalidPattern")) return "invalid";
    return `${cause}`;
  }
}
