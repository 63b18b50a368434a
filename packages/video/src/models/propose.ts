import { keyPhrases } from "./key-phrases.ts";
import { parseHint, rulesOf } from "./languages/index.ts";
import { languageOf } from "./languages/language.ts";
import type { KeyPhrase } from "./languages/language-rules.ts";
import type { Proposal, TitlesPrompt } from "./prompt.ts";
import { proposePhrasesIn, proposeSentencesIn } from "./propose-in.ts";
import { sentencesOf } from "./sentences.ts";
import { rankSentences } from "./text-rank.ts";
import { endsAtJoint, fit, TITLE_LENGTH, titleCase, titleOf } from "./title-text.ts";
import { stem, topicsOf, wordsOf } from "./words.ts";

const PROPOSALS = 3;
const DESCRIPTION_LENGTH = 300;
/** Sentences with this many words make the best titles. */
const FITTING_WORDS = 7;

/** Proposes titles from the talk's most central sentences (TextRank), in its language. */
export function proposeSentences(prompt: TitlesPrompt): Proposal[] {
  const rules = rulesOf(languageOf(prompt.transcript));
  if (rules) return proposeSentencesIn(rules, prompt);
  const { transcript, hint, earlier } = prompt;
  const sentences = sentencesOf(transcript);
  const ranks = rankSentences(sentences.map(topicsOf));
  const hinted = readHint(hint);
  const scored = sentences
    .map((sentence, n) => {
      const title = titleOf(sentence, hinted.mostWords);
      const words = wordsOf(title).length;
      const brevity = 1 / (1 + Math.abs(words - Math.min(FITTING_WORDS, hinted.mostWords)) / 3);
      const whole = endsAtJoint(sentence, title) ? 1 : 0.3;
      return {
        title,
        sentence,
        n,
        score: ranks[n]! * brevity * whole * hinted.nearness(sentence) * own(title),
      };
    })
    .filter(({ title }) => wordsOf(title).length > 1 || title.length > 8)
    .sort((a, b) => b.score - a.score || a.n - b.n);
  const proposals = distinct(scored, earlier).map(({ title, n }) => ({
    title: hinted.mention(title),
    description: describe([sentences[n]!, sentences[n + 1] ?? ""]),
  }));
  return proposals.length > 0 ? proposals : [lastResort(transcript, hinted)];
}

/** Proposes titles from the talk's key phrases (RAKE), in its language. */
export function proposePhrases(prompt: TitlesPrompt): Proposal[] {
  const rules = rulesOf(languageOf(prompt.transcript));
  if (rules) return proposePhrasesIn(rules, prompt);
  const { transcript, hint, earlier } = prompt;
  const hinted = readHint(hint);
  const used = topicsOf(earlier.join(" "));
  const sentences = sentencesOf(transcript);
  const scored = keyPhrases(transcript)
    .map((phrase) => {
      const fresh = phrase.stems.filter((word) => !used.has(word)).length / phrase.stems.length;
      return { phrase, score: phrase.score * hinted.nearness(phrase.text) * (0.1 + fresh) };
    })
    .sort((a, b) => b.score - a.score);
  const phrases = withoutRepeats(scored.map(({ phrase }) => phrase)).slice(0, 4 * PROPOSALS);
  const titles: { title: string; of: KeyPhrase[] }[] = [];
  const shapes = hinted.mostWords < FITTING_WORDS ? SHORT_SHAPES : SHAPES;
  for (let n = earlier.length; titles.length < 2 * PROPOSALS && titles.length < shapes.length * 2; n++) {
    const shape = shapes[n % shapes.length]!;
    const of = phrases.slice(0, shape.takes);
    if (of.length < shape.takes) break;
    titles.push({ title: titleCase(fit(shape.say(of.map(({ text }) => text)), 14)), of });
    phrases.splice(0, shape.takes);
  }
  const proposals = distinct(titles, earlier).map(({ title, of }) => ({
    title: hinted.mention(title),
    description: describe(sentencesAbout(sentences, of)),
  }));
  return proposals.length > 0 ? proposals : [lastResort(transcript, hinted)];
}

const SHORT_SHAPES = [
  { takes: 1, say: ([a]: string[]) => a! },
  { takes: 2, say: ([a, b]: string[]) => `${a} and ${b}` },
];
const SHAPES = [
  { takes: 2, say: ([a, b]: string[]) => `${a} and ${b}` },
  { takes: 3, say: ([a, b, c]: string[]) => `${a}, ${b} and ${c}` },
  { takes: 2, say: ([a, b]: string[]) => `from ${a} to ${b}` },
  { takes: 2, say: ([a, b]: string[]) => `a word about ${a} and ${b}` },
];

/** What a hint asks for: the length of titles, their topics, and words to include. */
function readHint(hint: string) {
  const { topics, short, question } = parseHint(hint);
  const stems = new Set(topics.map(stem));
  return {
    mostWords: short ? 5 : 12,
    /** From 1 to 6: the more of the hint's topics a text contains, the higher. */
    nearness(text: string): number {
      if (stems.size === 0) return 1;
      const held = topicsOf(text);
      return 1 + 5 * ([...stems].filter((topic) => held.has(topic)).length / stems.size);
    },
    /** The title, preceded by the hint's words if it contains none of them. */
    mention(title: string): string {
      const held = topicsOf(title);
      const led =
        stems.size === 0 || [...stems].some((topic) => held.has(topic))
          ? title
          : `${titleCase(topics.join(" "))}: ${title}`;
      const text = fit(led, 20);
      return question && !text.endsWith("?") && text.length < TITLE_LENGTH ? `${text}?` : text;
    },
  };
}

/** Titles that refer to something said before ("It Tells …") read badly alone. */
function own(title: string): number {
  return /^(it|its|they|them|he|she|that|this|these|those|none|all of|we|you|your|say|if|when|thank|good)\b/i.test(
    title,
  )
    ? 0.25
    : 1;
}

/** The first few whose titles share less than half of their topics with each other and with the earlier ones. */
function distinct<T extends { title: string }>(ranked: readonly T[], earlier: readonly string[]): T[] {
  const taken = earlier.map(topicsOf);
  const chosen: T[] = [];
  for (const one of ranked) {
    if (chosen.length === PROPOSALS) break;
    const topics = topicsOf(one.title);
    if (topics.size === 0 || taken.some((other) => overlap(topics, other) >= 0.5)) continue;
    taken.push(topics);
    chosen.push(one);
  }
  return chosen;
}

function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((topic) => other.has(topic)).length;
  return shared / Math.max(1, Math.min(one.size, other.size));
}

function withoutRepeats(phrases: readonly KeyPhrase[]): KeyPhrase[] {
  const seen = new Set<string>();
  return phrases.filter(({ stems }) => {
    if (stems.some((word) => seen.has(word))) return false;
    for (const word of stems) seen.add(word);
    return true;
  });
}

function sentencesAbout(sentences: readonly string[], phrases: readonly KeyPhrase[]): string[] {
  const wanted = new Set(phrases.flatMap(({ stems }) => stems));
  return sentences
    .map((sentence, n) => ({
      sentence,
      n,
      hits: [...topicsOf(sentence)].filter((topic) => wanted.has(topic)).length,
    }))
    .sort((a, b) => b.hits - a.hits || a.n - b.n)
    .slice(0, 2)
    .sort((a, b) => a.n - b.n)
    .map(({ sentence }) => sentence);
}

function describe(sentences: readonly string[]): string {
  const [first = "", second = ""] = sentences;
  const both = `${first} ${second}`.trim();
  const text = both.length <= DESCRIPTION_LENGTH ? both : first;
  return text.length <= DESCRIPTION_LENGTH
    ? text
    : `${text.slice(0, DESCRIPTION_LENGTH - 1).replace(/\s+\S*$/, "")}…`;
}

/** If nothing new can be found, the first words of the talk are the title. */
function lastResort(transcript: string, hinted: ReturnType<typeof readHint>): Proposal {
  const head = transcript.trim().slice(0, 400) || "Untitled";
  return {
    title: hinted.mention(titleOf(head.split("\n")[0]!, 8) || "Untitled"),
    description: describe([head]),
  };
}
