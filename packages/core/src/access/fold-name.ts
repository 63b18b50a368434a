/** Letters that Unicode does not take apart, as people type them who do not have them. */
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
 * Accents of Latin, Greek and Cyrillic, the half rings of transcriptions, and the vowel signs of Hebrew and Arabic, which
 * are seldom written.
 */
const accents = /[\u02b0-\u02ff]|[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u064b-\u0652\u0670]/g;

/** What a word is made of, in any script. */
const word = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * Scripts without spaces between words, where a name's second part begins anywhere; with the marks that they share, of
 * voiced sounds and long ones.
 */
const unspaced = /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]+$/u;

const MOST_WORDS = 12;
const LONGEST_WORD = 40;

/** A text as it is compared: without case, accents, and other ways to write the same letters. */
const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(accents, "")
    .replace(/[ßæœøđðþłħıŋς]/g, (letter) => plain[letter]!);

const cut = (folded: string): string => [...folded].slice(0, LONGEST_WORD).join("");

/** The folded words of what somebody types to find a person, each cut to what is kept of a word; the longest first. */
export const wordsOf = (text: string): string[] =>
  [...new Set((fold(text).match(word) ?? []).map(cut))]
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_WORDS);

/** What somebody is found by: the words of the name, then those of the id; each letter of a name in Han or kana begins one. */
export function wordsOfPerson({ id, name }: { readonly id: string; readonly name: string }): string[] {
  const words = [name, id].flatMap((text) => fold(text).match(word) ?? []).flatMap(beginnings);
  return [...new Set(words.map(cut))].slice(0, MOST_WORDS);
}

function beginnings(one: string): string[] {
  if (!unspaced.test(one)) return [one];
  const letters = [...one].slice(0, LONGEST_WORD);
  return letters.map((_, at) => letters.slice(at).join(""));
}
