/** Letters and marks of scripts without spaces between words. Korean is not one of them. */
const LETTER =
  "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}ー\\u3000-\\u303F\\uFF00-\\uFF9F]";

/** Matches a text that contains letters of a script without spaces. */
export const SPACELESS = new RegExp(LETTER, "u");
const BETWEEN = new RegExp(`^${LETTER}{2}$`, "u");

/**
 * The text between two lines of one sentence: empty where letters of a script without spaces meet, such as Japanese,
 * else a space.
 */
export function gapBetween(before: string, after: string): "" | " " {
  const last = Array.from(before.slice(-2)).at(-1) ?? "";
  const first = Array.from(after.slice(0, 2))[0] ?? "";
  return BETWEEN.test(last + first) ? "" : " ";
}

/** Joins lines as their script is written. */
export const joinLines = (lines: readonly string[]): string =>
  lines.reduce((text, line) => text + gapBetween(text, line) + line);
