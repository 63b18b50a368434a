import { englishHint } from "../words.ts";
import { japanese } from "./japanese.ts";
import { type Language, languageOf } from "./language.ts";
import type { Hint, LanguageRules } from "./language-rules.ts";
import { chinese, korean, thai } from "./others.ts";

const RULES: ReadonlyMap<Language, LanguageRules> = new Map(
  [japanese, chinese, korean, thai].map((rules) => [rules.language, rules]),
);

/** The rules of a language; undefined for English, whose titles are made in another way. */
export const rulesOf = (language: Language): LanguageRules | undefined => RULES.get(language);

/** What a hint asks for, in whichever language it is written. */
export const parseHint = (hint: string): Hint =>
  rulesOf(languageOf(hint))?.readHint(hint) ?? englishHint(hint);
