/**
 * Whether the whole text matches a pattern, where `*` is any characters, and `\*` and `\\` are the characters themselves.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [head = "", ...rest] = literals(pattern);
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let at = head.length;
  // The earliest place for each literal leaves the most room for the others, so backtracking is not needed.
  for (const literal of rest) {
    const found = text.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return at <= text.length - tail.length;
}

/** The literal texts between a pattern's stars. */
function literals(pattern: string): string[] {
  const parts = [""];
  for (const [token] of pattern.matchAll(/\\[*\\]|[\s\S]/g)) {
    if (token === "*") parts.push("");
    else parts[parts.length - 1] += token.length === 2 ? token[1]! : token;
  }
  return parts;
}
