import { bunsetsuOf } from "./tongues/japanese-words.ts";
import { type Language, piecesOf } from "./tongues/language.ts";

/** What never begins a line, and what never ends one (JIS X 4051). */
const CLOSING =
  /^[\s、。，．・：；？！?!,.:;)\]}）」』】〉》”’ー々っゃゅょぁぃぅぇぉッャュョァィゥェォ…%‰]+$/u;
const OPENING = /[([{（「『【〈《“‘]$/u;

/** How wide a letter of a bold sans serif is, about, as a share of the size of its font. */
function emOf(letter: string): number {
  if (!/[\s!-\u052F\uFF61-\uFF9F]/.test(letter)) return 1;
  if (/[\sijlt.,:;'’!|()[\]Ifr-]/.test(letter)) return 0.34;
  return /[MW@%mw&<>+=]/.test(letter) ? 0.9 : /\p{Lu}/u.test(letter) ? 0.7 : 0.58;
}

const emsOf = (text: string): number => Array.from(text).reduce((sum, letter) => sum + emOf(letter), 0);

/** The pieces between which a text may be broken: phrases in Japanese, words elsewhere, letters of what is too long. */
function breakable(text: string, language: Language, widest: number): string[] {
  const raw = language === "ja" ? bunsetsuOf(text) : spaced(text, language);
  const pieces: string[] = [];
  for (const piece of raw.flatMap((one) => (emsOf(one) > widest ? finer(one, language, widest) : [one]))) {
    const last = pieces.at(-1);
    if (last !== undefined && (CLOSING.test(piece) || OPENING.test(last)))
      pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  }
  return pieces;
}

/** Where spaces part words, as in Korean, they alone may be broken at. */
const spaced = (text: string, language: Language): string[] =>
  language === "en" || language === "ko" ? text.split(/(?<=\s)/u) : piecesOf(text, language, "word");

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
export const lettersOf = (text: string): string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment);

const finer = (piece: string, language: Language, widest: number): string[] =>
  piecesOf(piece, language, "word").flatMap((word) => (emsOf(word) > widest ? lettersOf(word) : [word]));

/**
 * Breaks a text into the fewest lines of at most `widest`, a multiple of the size of its font, and makes them about as
 * long as each other.
 */
export function wrap(text: string, language: Language, widest: number): string[] {
  const pieces = breakable(text.replace(/\s+/gu, " ").trim(), language, widest);
  const fewest = fill(pieces, widest).length;
  let [low, high] = [widest / 2, widest];
  while (high - low > 0.1) {
    const middle = (low + high) / 2;
    const lines = fill(pieces, middle);
    if (lines.length === fewest && lines.every((line) => emsOf(line) <= middle)) high = middle;
    else low = middle;
  }
  return fill(pieces, high);
}

function fill(pieces: readonly string[], widest: number): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && emsOf((last + piece).trimEnd()) <= widest)
      lines[lines.length - 1] = last + piece;
    else lines.push(piece);
  }
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}
