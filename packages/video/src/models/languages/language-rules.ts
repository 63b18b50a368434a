import type { Language } from "./language.ts";

/** A topic of a text, with its article unless it is a name, and its weight in the text. */
export interface KeyPhrase {
  readonly text: string;
  readonly stems: readonly string[];
  readonly score: number;
}

/** A title from a sentence, and how complete it is alone: 1 if it needs no context. */
export interface SentenceTitle {
  readonly title: string;
  readonly quality: number;
}

/** A pattern for a title with some of a talk's topics. */
export interface Shape {
  readonly takes: number;
  readonly say: (phrases: readonly string[]) => string;
}

/** What a hint asks for. */
export interface Hint {
  readonly topics: readonly string[];
  readonly short: boolean;
  readonly question: boolean;
}

/** The rules of a language for proposing titles. */
export interface LanguageRules {
  readonly language: Language;
  /** Sentences as they are written, without labels of speakers and without greetings. */
  sentencesOf(text: string): string[];
  /** The topics of a text, each in one form. */
  topicsOf(text: string): Set<string>;
  /** The main phrases of a text, the best first. */
  phrasesOf(text: string): KeyPhrase[];
  /** A title with a limited number of full-width letters; undefined if the sentence gives none. */
  titleOf(sentence: string, widest: number): SentenceTitle | undefined;
  readonly shapes: readonly Shape[];
  readHint(hint: string): Hint;
  asQuestion(title: string): string;
  /** The title, preceded by the given topics. */
  led(topics: readonly string[], title: string): string;
  /** Sentences joined to a text, each with its full stop. */
  prose(sentences: readonly string[]): string;
}

/** Joins sentences without spaces, and adds missing full stops. */
export const proseWith =
  (stop: string, gap: string) =>
  (sentences: readonly string[]): string =>
    sentences.map((one) => (/[.。！？!?…」』）]$/u.test(one) ? one : one + stop)).join(gap);

/**
 * Counts and scores phrases: mainly by how often they occur, and a little by length, because otherwise long chains of
 * words would win.
 */
export function rankPhrases(found: readonly { text: string; stems: readonly string[] }[]): KeyPhrase[] {
  const counts = new Map<string, { text: string; stems: readonly string[]; count: number }>();
  for (const { text, stems } of found) {
    const known = counts.get(text);
    if (known) known.count++;
    else counts.set(text, { text, stems, count: 1 });
  }
  const frequency = new Map<string, number>();
  for (const { stems } of found) for (const one of stems) frequency.set(one, (frequency.get(one) ?? 0) + 1);
  return [...counts.values()]
    .map(({ text, stems, count }) => {
      const common = stems.reduce((sum, one) => sum + frequency.get(one)!, 0) / stems.length;
      const score = Math.sqrt(text.length) * (1 + Math.log2(count)) * (1 + Math.log2(common));
      return { text, stems, score };
    })
    .sort((a, b) => b.score - a.score);
}
