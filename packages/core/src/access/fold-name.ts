/** Letters that Unicode does not decompose, as people type them on keyboards without them. */
const plain: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
  ŋ: "n",
  ς: "σ",
};

/**
 * Accents of Latin, Greek and Cyrillic, the half rings of transcriptions, and the vowel signs of Hebrew and Arabic,
 * which people rarely type.
 */
const accents = /[\u02b0-\u02ff]|[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u064b-\u0652\u0670]/g;

/** A word in any script. */
const word = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * Scripts without spaces between words, where the second part of a name can begin at any letter; with the marks for
 * voiced and long sounds that they share.
 */
const unspaced = /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]+$/u;

const MAX_WORDS = 12;
const MAX_WORD_LENGTH = 40;

/** Normalizes a text for comparison: removes case and accents, and writes each letter in one way. */
const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(accents, "")
    .replace(/[ßæœøđðþłħıŋς]/g, (letter) => plain[letter]!);

const wordsIn = (text: string): string[] => fold(text).match(word) ?? [];

const cut = (folded: string): string => [...folded].slice(0, MAX_WORD_LENGTH).join("");

/** The folded words of a search text, the longest first. Each is cut to the length that is stored. */
export const wordsOf = (text: string): string[] =>
  [...new Set(wordsIn(text).map(cut))].sort((a, b) => b.length - a.length).slice(0, MAX_WORDS);

/**
 * The words by which a person is found: those of the name, then those of the id. In a name in Han or kana each letter
 * begins a word.
 */
export function wordsOfPerson({ id, name }: { readonly id: string; readonly name: string }): string[] {
  const words = [name, id].flatMap(wordsIn).flatMap(beginnings);
  return [...new Set(words.map(cut))].slice(0, MAX_WORDS);
}

function beginnings(one: string): string[] {
  if (!unspaced.test(one)) return [one];
  const letters = [...one].slice(0, MAX_WORD_LENGTH);
  return letters.map((_, at) => letters.slice(at).join(""));
}
