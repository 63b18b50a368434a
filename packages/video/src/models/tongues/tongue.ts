import type { Language } from "./language.ts";

/** Something that a text speaks of, with its article unless it is a name, and how much it speaks of it. */
export interface KeyPhrase {
  readonly text: string;
  readonly stems: readonly string[];
  readonly score: number;
}

/** A title made of a sentence, and how well it stands alone: 1 for one that needs nothing before it. */
export interface SentenceTitle {
  readonly title: string;
  readonly standing: number;
}

/** How a title says some things that a talk speaks of. */
export interface Shape {
  readonly takes: number;
  readonly say: (phrases: readonly string[]) => string;
}

/** What a hint asks for. */
export interface Wish {
  readonly topics: readonly string[];
  readonly short: boolean;
  readonly question: boolean;
}

/** What proposing titles needs to know of a language. */
export interface Tongue {
  readonly language: Language;
  /** Sentences as they stand, without who says them and without greetings. */
  sentencesOf(text: string): string[];
  /** What a text speaks of, each in one form. */
  topicsOf(text: string): Set<string>;
  /** What a text turns on, the best first. */
  phrasesOf(text: string): KeyPhrase[];
  /** A title of at most so many full-width letters; undefined when the sentence makes none. */
  titleOf(sentence: string, widest: number): SentenceTitle | undefined;
  readonly shapes: readonly Shape[];
  wishOf(hint: string): Wish;
  asQuestion(title: string): string;
  /** The title, led by topics that it does not name. */
  led(topics: readonly string[], title: string): string;
  /** Sentences put together, each with its full stop. */
  prose(sentences: readonly string[]): string;
}

/** Sentences that are put together without spaces, each with the full stop that it may lack. */
export const proseWith =
  (stop: string, gap: string) =>
  (sentences: readonly string[]): string =>
    sentences.map((one) => (/[.。！？!?…」』）]$/u.test(one) ? one : one + stop)).join(gap);

/**
 * Counts phrases and scores them: a phrase counts by how often it comes and, a little, by its length, since long chains
 * of words would win otherwise.
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
