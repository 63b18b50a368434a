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
 * A text's FNV-1a hash: 32 bits, unsigned, over its UTF-16 units. It is used to distribute stored data, so it must
 * never change. It is not for secrets. http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

const ELLIPSIS = "…";
let graphemes: Intl.Segmenter | undefined;

/**
 * Cuts a text to at most `max` UTF-16 units. A longer one ends before the first character that does not fit, and with a
 * `…`. Characters are those that a reader sees (https://unicode.org/reports/tr29/), so that none is cut in half.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max < ELLIPSIS.length) return "";
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  // Text after the last possible place does not change the boundaries before it.
  const end = graphemes.segment(text.slice(0, max + 1)).containing(max - ELLIPSIS.length)!.index;
  return text.slice(0, end) + ELLIPSIS;
}

/**
 * Cuts a text to at most `max` bytes as JSON, quotes included. A longer one is cut as by `cutText`; it is empty if
 * there is no room for the `…`.
 */
export function cutBytes(text: string, max: number): string {
  if (jsonBytes(text) <= max) return text;
  const room = max - byteLength(ELLIPSIS);
  if (room < jsonBytes("")) return "";
  /** Whether a cut at that place splits a surrogate pair; half a pair alone takes six bytes of JSON. */
  const splitsPair = (at: number) => (text.codePointAt(at - 1) ?? 0) > 0xffff;
  /** Bytes of the first units, without half a pair at their end. */
  const bytesOf = (units: number) => jsonBytes(text.slice(0, splitsPair(units) ? units - 1 : units));
  let fits = 0;
  let over = Math.min(text.length, max);
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (bytesOf(middle) <= room) fits = middle;
    else over = middle;
  }
  // Half a pair at the end is not counted, so all but one unit may seem to fit.
  return cutText(text, Math.min(fits + ELLIPSIS.length, text.length - 1));
}

const letter = /\p{L}/u;
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** The reading direction of a text, from its first letter as browsers decide it; undefined if it has none. */
export function directionOf(text: string): "ltr" | "rtl" | undefined {
  const first = letter.exec(text)?.[0];
  if (first === undefined) return undefined;
  return rightToLeft.test(first) ? "rtl" : "ltr";
}
