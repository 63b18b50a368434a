/** The encoding in which a text file was read. */
export type Encoding =
  | "utf-8"
  | "utf-16le"
  | "utf-16be"
  | "windows-1252"
  | "iso-2022-jp"
  | "shift_jis"
  | "euc-jp"
  | "euc-kr"
  | "gb18030"
  | "big5";

/** The text of a file, and its encoding. */
export interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
}

/**
 * How to recognize an older encoding of East Asia: the least share of very common letters among all letters that are
 * not ASCII.
 */
const EAST_ASIAN: readonly { encoding: Encoding; letters: RegExp; share: number }[] = [
  { encoding: "shift_jis", letters: /[ぁ-ん]/g, share: 0.2 },
  { encoding: "euc-jp", letters: /[ぁ-ん]/g, share: 0.2 },
  { encoding: "euc-kr", letters: /[가-힣]/g, share: 0.6 },
  { encoding: "gb18030", letters: /[的一是了不在我有这他们]/g, share: 0.05 },
  { encoding: "big5", letters: /[的一是了不在我有這他們]/g, share: 0.05 },
  // Half-width letters; pairs of bytes of the other encodings also look like these.
  { encoding: "shift_jis", letters: /[\uFF66-\uFF9F]/g, share: 0.6 },
];

/** The bytes that are examined to recognize UTF-16 by its zeros, without a byte order mark. */
const EXAMINED = 4_096;

/**
 * Reads a text file by its byte order mark, else as UTF-8 if it is valid. A few broken characters are left out, such as
 * at the end of a truncated file. Any other text is read in an older encoding of East Asia if it contains its most
 * common letters, else as Windows-1252, in which every byte is a character.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const marked = markedEncoding(bytes) ?? utf16Of(bytes);
  const encoding =
    marked ?? (hasEscapes(bytes) ? "iso-2022-jp" : isUtf8(bytes) ? "utf-8" : olderEncoding(bytes));
  if (encoding === "windows-1252") return { text: fromWindows1252(bytes), encoding };
  return { text: new TextDecoder(encoding).decode(bytes).replaceAll("\uFFFD", ""), encoding };
}

/** ISO-2022-JP switches to its letters by `ESC $ B` or `ESC $ @`, which occur in no other text. */
function hasEscapes(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x1b); at >= 0; at = bytes.indexOf(0x1b, at + 1))
    if (bytes[at + 1] === 0x24 && (bytes[at + 2] === 0x42 || bytes[at + 2] === 0x40)) return true;
  return false;
}

function olderEncoding(bytes: Uint8Array): Encoding {
  if (!comesInPairs(bytes)) return "windows-1252";
  for (const { encoding, letters, share } of EAST_ASIAN) {
    const text = new TextDecoder(encoding).decode(bytes);
    const count = (of: RegExp) => text.match(of)?.join("").length ?? 0;
    // A truncated file may end within a letter.
    if (count(/\uFFFD/g) <= 1 && count(letters) >= share * count(/[^\0-\x7F]/g)) return encoding;
  }
  return "windows-1252";
}

/** In an encoding with two bytes a letter, most of these bytes are in pairs; the accents of Windows-1252 are single. */
function comesInPairs(bytes: Uint8Array): boolean {
  let high = 0;
  let beside = 0;
  for (let at = 0; at < bytes.length; at++)
    if (bytes[at]! > 0x7f) {
      high++;
      if (bytes[at - 1]! > 0x7f || bytes[at + 1]! > 0x7f) beside++;
    }
  return high > 0 && beside >= 0.7 * high;
}

/** Windows-1252 from 0x80 to 0x9F, where Latin 1 has control characters; a space means that there is none. */
const WINDOWS = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

// Node's own decoder takes these for Latin 1 up to version 23: https://github.com/nodejs/node/issues/56542
const fromWindows1252 = (bytes: Uint8Array): string =>
  new TextDecoder("latin1")
    .decode(bytes)
    .replace(/[\x80-\x9f]/g, (one) => WINDOWS[one.charCodeAt(0) - 0x80]!);

function markedEncoding([first, second, third]: Uint8Array): Encoding | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : undefined;
}

/** Of Latin letters every other byte is zero. */
function utf16Of(bytes: Uint8Array): Encoding | undefined {
  const zeros = [0, 0];
  const most = Math.min(bytes.length, EXAMINED);
  for (let at = 0; at < most; at++) if (bytes[at] === 0) zeros[at % 2]!++;
  const [even, odd] = zeros as [number, number];
  if (odd > most / 8 && even < odd / 8) return "utf-16le";
  return even > most / 8 && odd < even / 8 ? "utf-16be" : undefined;
}

/** Whether it is UTF-8: invalid bytes are at most a fourth as many as letters that only UTF-8 can explain. */
function isUtf8(bytes: Uint8Array): boolean {
  let broken = 0;
  let whole = 0;
  for (const character of new TextDecoder("utf-8").decode(bytes))
    if (character === "\uFFFD") broken++;
    else if (character > "\u007F") whole++;
  return broken * 4 <= whole;
}
