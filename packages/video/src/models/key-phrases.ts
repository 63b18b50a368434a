import type { KeyPhrase } from "./languages/language-rules.ts";
import { isStopWord, stem, wordsOf } from "./words.ts";

/** Consecutive words without a stop word or punctuation between them, and the word before them. */
interface Run {
  readonly before: string;
  readonly words: readonly string[];
}

const MAX_PHRASE_LENGTH = 3;
const ONE = new Set("a an every each one this that another".split(" "));
const ARTICLES = new Set([
  ...ONE,
  ..."the my your his her its our their these those of two three".split(" "),
]);

/**
 * The main phrases of a text, best first: RAKE (Rose and others 2010), which takes runs of words between stop words and
 * scores each word by degree over frequency. Here, repeated phrases count more, and only names and words after an
 * article are phrases, because they are used in titles.
 */
export function keyPhrases(text: string): KeyPhrase[] {
  const runs = text.split(/[^\p{L}\p{N}\s'’-]+|\n+/u).flatMap(runsOf);
  const wordScore = scoreWords(runs);
  const alone = new Set(runs.filter(({ words }) => words.length === 1).map(({ words }) => stem(words[0]!)));
  const phrases = new Map<string, { text: string; stems: string[]; count: number }>();
  for (const run of runs) {
    const name = run.before !== "" && run.words.every((word) => /^\p{Lu}/u.test(word));
    if (!name && !ARTICLES.has(run.before)) continue;
    const words = name ? run.words : withoutVerb(run, alone);
    if (words.length > MAX_PHRASE_LENGTH || words.join("").length < 4) continue;
    if (words.some((word) => /(ing|ed|ly)$/.test(word))) continue;
    const stems = words.map(stem);
    const known = phrases.get(stems.join(" "));
    if (known) known.count++;
    else phrases.set(stems.join(" "), { text: `${name ? "" : "the "}${words.join(" ")}`, stems, count: 1 });
  }
  return [...phrases.values()]
    .map(({ text, stems, count }) => {
      const score = stems.reduce((sum, word) => sum + wordScore.get(word)!, 0);
      return { text, stems, score: score * (1 + 1.5 * Math.log2(count)) };
    })
    .sort((a, b) => b.score - a.score);
}

function scoreWords(runs: readonly Run[]): Map<string, number> {
  const counts = new Map<string, { frequency: number; degree: number }>();
  for (const { words } of runs) {
    for (const word of words.map(stem)) {
      const { frequency, degree } = counts.get(word) ?? { frequency: 0, degree: 0 };
      counts.set(word, { frequency: frequency + 1, degree: degree + words.length });
    }
  }
  return new Map([...counts].map(([word, { frequency, degree }]) => [word, degree / frequency]));
}

/** In "a timeout passes" and "the table lets" the last word is a verb. */
function withoutVerb({ before, words }: Run, alone: ReadonlySet<string>): readonly string[] {
  const last = words.at(-1)!;
  if (words.length < 2 || !/[^s]s$/.test(last)) return words;
  const rest = words.slice(0, -1);
  return ONE.has(before) || (rest.length === 1 && alone.has(stem(rest[0]!))) ? rest : words;
}

function runsOf(clause: string): Run[] {
  const runs: { before: string; words: string[] }[] = [];
  let before = "";
  let open = false;
  for (const word of wordsOf(clause)) {
    const topical = !isStopWord(word) && !/^\d+$/.test(word);
    if (topical && open) runs.at(-1)!.words.push(word);
    else if (topical) runs.push({ before: before.toLowerCase(), words: [word] });
    open = topical;
    before = word;
  }
  return runs;
}
