import { bunsetsuOf } from "./languages/japanese-words.ts";
import { type Language, piecesOf } from "./languages/language.ts";

/** Characters that never begin a line, and characters that never end one (JIS X 4051). */
const CLOSING =
  /^[\s、。，．・：；？！?!,.:;)\]}）」』】〉》”’ー々っゃゅょぁぃぅぇぉッャュョァィゥェォ…%‰]+$/u;
const OPENING = /[([{（「『【〈《“‘]$/u;

/** The approximate width of a letter in a bold sans serif, as a share of the font's size. */
function emOf(letter: string): number {
  if (!/[\s!-\u052F\uFF61-\uFF9F]/.test(letter)) return 1;
  if (/[\sijlt.,:;'’!|()[\]Ifr-]/.test(letter)) return 0.34;
  return /[MW@%mw&<>+=]/.test(letter) ? 0.9 : /\p{Lu}/u.test(letter) ? 0.7 : 0.58;
}

const emsOf = (text: string): number => Array.from(text).reduce((sum, letter) => sum + emOf(letter), 0);

/**
 * The pieces between which a text may be broken: phrases in Japanese, words elsewhere, letters of a piece that is too
 * long.
 */
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

/** In a script with spaces, such as Korean, lines break only at them. */
const spaced = (text: string, language: Language): string[] =>
  language === "en" || language === "ko" ? text.split(/(?<=\s)/u) : piecesOf(text, language, "word");

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
export const lettersOf = (text: string): string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment);

const finer = (piece: string, language: Language, widest: number): string[] =>
  piecesOf(piece, language, "word").flatMap((word) => (emsOf(word) > widest ? lettersOf(word) : [word]));

/**
 * Breaks a text into as few lines of at most `widest` as possible, of about equal length. `widest` is a multiple of the
 * font's size.
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
