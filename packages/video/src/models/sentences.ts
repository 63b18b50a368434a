import { wordsOf } from "./words.ts";

/** Ranking compares every two sentences; of a longer text, only this many are used, evenly distributed. */
const MAX_SENTENCES = 500;

/** Speech without full stops is cut after this many words. */
const MAX_SENTENCE_LENGTH = 45;
const PIECE = 12;

/** The sentences of a text in their order, without very short ones. */
export function sentencesOf(text: string): string[] {
  const all = text
    .split(/(?<=[.!?…]["'”’)]?)\s+|(?<=[。！？])|\n+/u)
    .flatMap((sentence) => pieces(sentence.trim()))
    .filter((sentence) => wordsOf(sentence).length >= 3 || sentence.length >= 20);
  const step = Math.max(1, all.length / MAX_SENTENCES);
  return all.filter((_, n) => Math.floor(n / step) !== Math.floor((n - 1) / step));
}

function pieces(sentence: string): string[] {
  const words = sentence.split(/\s+/);
  if (words.length <= MAX_SENTENCE_LENGTH) return [sentence];
  return Array.from({ length: Math.ceil(words.length / PIECE) }, (_, n) =>
    words.slice(n * PIECE, (n + 1) * PIECE).join(" "),
  );
}
