/** Why a text is not a JSONPath, and the position of the error. */
export class PathSyntaxError extends Error {}

/** A position in a text that is being parsed. */
export interface Cursor {
  readonly text: string;
  at: number;
}

export function skipSpace(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? "")) cursor.at++;
}

/** Moves past `token` if it is next. */
export function take(cursor: Cursor, token: string): boolean {
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

export function expect(cursor: Cursor, token: string): void {
  if (!take(cursor, token)) fail(cursor, `expected '${token}'`);
}

/** Moves past the match of the sticky `pattern` and returns it. */
export function match(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

export function fail(cursor: Cursor, reason: string): never {
  throw new PathSyntaxError(`${reason} at position ${cursor.at}`);
}

/** Reads a quoted string. A backslash before a quote or a backslash makes it literal; any other backslash stays. */
export function quoted(cursor: Cursor): string {
  const quote = cursor.text[cursor.at]!;
  let text = "";
  for (cursor.at++; cursor.at < cursor.text.length; cursor.at++) {
    const character = cursor.text[cursor.at]!;
    const next = cursor.text[cursor.at + 1];
    if (character === quote) {
      cursor.at++;
      return text;
    }
    if (character === "\\" && (next === quote || next === "\\")) {
      text += next;
      cursor.at++;
    } else text += character;
  }
  return fail(cursor, "unterminated string");
}
