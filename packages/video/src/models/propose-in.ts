import { parseHint } from "./languages/index.ts";
import { usualWidths, widthOf } from "./languages/language.ts";
import type { KeyPhrase, LanguageRules } from "./languages/language-rules.ts";
import type { Proposal, TitlesPrompt } from "./prompt.ts";
import { rankSentences } from "./text-rank.ts";

const PROPOSALS = 3;
/** The longest title, and the longest short title, in full-width letters. */
const WIDEST = 30;
const WIDEST_SHORT = 14;
const DESCRIPTION_LENGTH = 160;
/** Ranking compares every two sentences; of a longer text, only this many are used, evenly distributed. */
const MAX_SENTENCES = 500;
/** The most topics of a talk from which titles are made. */
const MAX_PHRASES = 60;

/** A title, and the sentences for its description. */
interface Draft {
  readonly title: string;
  readonly about: readonly string[];
}

/** Proposes titles from the most central sentences of a talk in this language (TextRank). */
export function proposeSentencesIn(rules: LanguageRules, prompt: TitlesPrompt): Proposal[] {
  const all = rules.sentencesOf(prompt.transcript);
  const step = Math.max(1, all.length / MAX_SENTENCES);
  const sentences = all.filter((_, n) => Math.floor(n / step) !== Math.floor((n - 1) / step));
  const ranks = rankSentences(sentences.map(rules.topicsOf));
  const hinted = readHint(rules, prompt);
  const drafts = sentences
    .flatMap((sentence, n) => {
      const made = rules.titleOf(sentence, hinted.widest);
      if (!made) return [];
      const score = ranks[n]! * made.quality * hinted.nearness(sentence);
      return [{ title: made.title, about: [sentence, sentences[n + 1] ?? ""], score, n }];
    })
    .sort((a, b) => b.score - a.score || a.n - b.n);
  return proposalsOf(rules, prompt, hinted, [drafts, phraseDrafts(rules, prompt, hinted).reverse()]);
}

/** Proposes titles from the key phrases of a talk in this language. */
export function proposePhrasesIn(rules: LanguageRules, prompt: TitlesPrompt): Proposal[] {
  const hinted = readHint(rules, prompt);
  return proposalsOf(rules, prompt, hinted, [phraseDrafts(rules, prompt, hinted)]);
}

/** Titles of each shape in turn, with the best phrases first, and then of each single phrase. */
function phraseDrafts(rules: LanguageRules, { transcript, earlier }: TitlesPrompt, hinted: HintIn): Draft[] {
  const text = usualWidths(transcript);
  const before = earlier.join("\n");
  const sentences = rules.sentencesOf(transcript);
  const ranked = rules
    .phrasesOf(transcript)
    .slice(0, MAX_PHRASES)
    .map((phrase) => ({
      phrase,
      score: phrase.score * hinted.nearness(phrase.text) * (before.includes(phrase.text) ? 0.2 : 1),
    }))
    .sort((a, b) => b.score - a.score)
    .map(({ phrase }) => phrase);
  const left = withoutRepeats(ranked);
  const drafts: Draft[] = [];
  for (let n = earlier.length; left.length > 0 && drafts.length < 4 * PROPOSALS; n++) {
    const shape = hinted.short
      ? rules.shapes[drafts.length % 2 === 0 ? 0 : 2]!
      : rules.shapes[n % rules.shapes.length]!;
    const of = left
      .splice(0, Math.min(shape.takes, left.length))
      .sort((a, b) => text.indexOf(a.text) - text.indexOf(b.text));
    const fitting = rules.shapes.find(({ takes }) => takes === of.length)!;
    const title = (shape.takes === of.length ? shape : fitting).say(of.map((one) => one.text));
    const about = sentencesAbout(sentences, of);
    drafts.push({ title: widthOf(title) <= hinted.widest ? title : of[0]!.text, about });
  }
  const alone = rules.shapes.filter(({ takes }) => takes === 1);
  for (const phrase of ranked.slice(0, PROPOSALS))
    for (const { say } of alone)
      drafts.push({ title: say([phrase.text]), about: sentencesAbout(sentences, [phrase]) });
  return drafts;
}

type HintIn = ReturnType<typeof readHint>;

/** What the hint asks for, in whichever language it is written. */
function readHint(rules: LanguageRules, { hint }: TitlesPrompt) {
  const { topics, short, question } = parseHint(hint);
  const held = (text: string) => topics.filter((topic) => text.toLowerCase().includes(topic.toLowerCase()));
  return {
    short,
    widest: short ? WIDEST_SHORT : WIDEST,
    /** From 1 to 6: the more of the hint's topics a text contains, the higher. */
    nearness: (text: string): number =>
      topics.length === 0 ? 1 : 1 + 5 * (held(text).length / topics.length),
    /** Titles that name what the hint asks for, and the others. */
    bySubject: (drafts: readonly Draft[]): (readonly Draft[])[] =>
      topics.length === 0
        ? [drafts]
        : [
            drafts.filter(({ title }) => held(title).length > 0),
            drafts.filter(({ title }) => held(title).length === 0),
          ],
    finished(title: string): string {
      const asked = question ? rules.asQuestion(title) : title;
      return topics.length === 0 || held(asked).length > 0 ? asked : rules.led(topics, asked);
    },
  };
}

/**
 * The first few titles that share little with each other and with the earlier ones. If there are too few, any new ones,
 * and then those of the next list.
 */
function proposalsOf(
  rules: LanguageRules,
  { transcript, earlier }: TitlesPrompt,
  hinted: HintIn,
  lists: readonly (readonly Draft[])[],
): Proposal[] {
  const taken = earlier.map(rules.topicsOf);
  const used = new Set(earlier);
  const chosen: Draft[] = [];
  for (const [drafts, mostShared] of lists
    .flatMap(hinted.bySubject)
    .flatMap((list) => [[list, 0.5] as const, [list, 1] as const])) {
    for (const { title, about } of drafts) {
      if (chosen.length === PROPOSALS) break;
      const draft = { title: hinted.finished(title), about };
      const topics = rules.topicsOf(draft.title);
      if (
        used.has(draft.title) ||
        (mostShared < 1 && taken.some((other) => shared(topics, other) >= mostShared))
      )
        continue;
      taken.push(topics);
      used.add(draft.title);
      chosen.push(draft);
    }
  }
  if (chosen.length > 0)
    return chosen.map(({ title, about }) => ({ title, description: describe(rules, about) }));
  const head = [...transcript.trim()].slice(0, DESCRIPTION_LENGTH).join("");
  return [
    { title: hinted.finished([...head.split(/[\n。]/u)[0]!].slice(0, WIDEST).join("")), description: head },
  ];
}

function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const both = [...one].filter((topic) => other.has(topic)).length;
  return both / Math.max(1, Math.min(one.size, other.size));
}

/** Phrases without those that repeat a better one. */
function withoutRepeats(phrases: readonly KeyPhrase[]): KeyPhrase[] {
  const kept: KeyPhrase[] = [];
  for (const phrase of phrases)
    if (
      !kept.some(
        ({ text }) =>
          text.includes(phrase.text) || phrase.stems.some((stem) => text.toLowerCase().includes(stem)),
      )
    )
      kept.push(phrase);
  return kept;
}

/** The two sentences that contain most of the phrases, in their order. */
function sentencesAbout(sentences: readonly string[], phrases: readonly KeyPhrase[]): string[] {
  return sentences
    .map((sentence, n) => ({
      sentence,
      n,
      hits: phrases.filter(({ text }) => sentence.includes(text)).length,
    }))
    .sort((a, b) => b.hits - a.hits || a.n - b.n)
    .slice(0, 2)
    .sort((a, b) => a.n - b.n)
    .map(({ sentence }) => sentence);
}

/** Complete sentences, as many as fit. */
function describe({ prose }: LanguageRules, [first = "", second = ""]: readonly string[]): string {
  const both = prose([first, second].filter(Boolean));
  const text = both.length <= DESCRIPTION_LENGTH ? both : prose([first]);
  return text.length <= DESCRIPTION_LENGTH ? text : `${[...text].slice(0, DESCRIPTION_LENGTH - 1).join("")}…`;
}
