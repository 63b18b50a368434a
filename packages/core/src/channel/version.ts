const digits = 16;

/** A version that compares as a string as its parts compare as numbers: `[attempt, final, at]`. */
export function version(...parts: readonly number[]): string {
  return parts.map((part) => String(Math.max(0, Math.floor(part))).padStart(digits, "0")).join(".");
}
