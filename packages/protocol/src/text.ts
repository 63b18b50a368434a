/** The size of a text in UTF-8, in bytes. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes++;
    // Each half of a surrogate pair counts two of the four bytes.
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes++;
  }
  return bytes;
}

/** The size of a value as JSON, in bytes. */
export const jsonBytes = (value: unknown): number => byteLength(JSON.stringify(value) ?? "");

/**
 * A text's FNV-1a hash: 32 bits, unsigned, over its UTF-16 units. It spreads what is stored and never changes; it keeps
 * nothing secret. http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
