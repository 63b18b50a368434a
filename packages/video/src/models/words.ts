import type { Hint } from "./languages/language-rules.ts";

/** English words that carry no topic. */
const STOP_WORDS = new Set(
  `a about above across after again against ago all almost alone along already also although always am among an and
  another any anybody anyone anything anyway are around as ask at away back be became because become becomes been
  before behind being below between both but by came can cannot come comes could did do does doing done down during
  each either else enough even ever every everybody everyone everything exactly few first for from gave get gets give
  given gives go goes going gone good got had has have having he her here hers herself him himself his how however i
  if in instead into is it its itself just keep kept kind know known knows last least less let like likely little
  long look looks lot made make makes making many may maybe me mean means might mine more most much must my myself
  near need needs neither never new next no nobody none nor not nothing now of off often oh ok on once one only onto
  or other others ought our ours ourselves out over own perhaps please put puts quite rather really right said same
  saw say says see seen sees several shall she should since so some somebody someone something soon still such take
  takes tell tells than thank thanks that the their theirs them themselves then there these they thing things think
  this those though three through till to today together told tonight too took toward towards tried tries try two
  under unless until up upon us use used uses using very via want wants was way we well went were what whatever when
  where whether which while who whoever whole whom whose why will with within without would yes yet you your yours
  yourself ve ll re don doesn didn isn aren wasn weren won wouldn shouldn couldn hasn haven`.split(/\s+/),
);

/** Words in a request for titles that say how, not about what. */
const ASKING_WORDS = new Set(
  `title titles name names word words shorter short brief longer long funny funnier fun serious catchy catchier punchy
  punchier simple simpler different better nicer question questions mention include includes sound focus style tone
  bit version versions suggestion suggestions talk video`.split(/\s+/),
);

/** A word in lower case without the most common English endings, so that `tokens` equals `token`. */
export function stem(word: string): string {
  const lower = word.toLowerCase().replace(/['’]s?$/, "");
  if (lower.length > 5 && lower.endsWith("ies")) return `${lower.slice(0, -3)}y`;
  if (lower.length > 5 && lower.endsWith("ing")) return lower.slice(0, -3);
  if (lower.length > 4 && lower.endsWith("ed")) return lower.slice(0, -2);
  if (lower.length > 3 && lower.endsWith("s") && !/(ss|us|is)$/.test(lower)) return lower.slice(0, -1);
  return lower;
}

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word.toLowerCase().replace(/['’].*$/, ""));
}

/** The words of a text, as they are written. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
}

/** The stems of the words that carry a topic. */
export function topicsOf(text: string): Set<string> {
  return new Set(
    wordsOf(text)
      .filter((word) => !isStopWord(word))
      .map(stem),
  );
}

/** What an English hint asks for: its topics as they are written, at most four. */
export function englishHint(hint: string): Hint {
  return {
    topics: wordsOf(hint)
      .filter((word) => !isStopWord(word) && !ASKING_WORDS.has(word.toLowerCase()))
      .slice(0, 4),
    short: /\b(short|shorter|brief|briefer|punchy|punchier|crisp|concise)\b/i.test(hint),
    question: /\bquestions?\b/i.test(hint),
  };
}
