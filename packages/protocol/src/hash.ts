/**
 * A text's FNV-1a hash: 32 bits, unsigned, over its UTF-16 units. It spreads what is stored and never changes; it keeps
 * nothing secret. http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
