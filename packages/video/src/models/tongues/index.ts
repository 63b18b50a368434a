import { englishWish } from "../words.ts";
import { japanese } from "./japanese.ts";
import { type Language, languageOf } from "./language.ts";
import { chinese, korean, thai } from "./others.ts";
import type { Tongue, Wish } from "./tongue.ts";

const TONGUES: ReadonlyMap<Language, Tongue> = new Map(
  [japanese, chinese, korean, thai].map((tongue) => [tongue.language, tongue]),
);

/** The rules of a language; undefined for English, whose titles are made in another way. */
export const spokenBy = (language: Language): Tongue | undefined => TONGUES.get(language);

/** What a hint asks for, in whichever language it is written. */
export const wishIn = (hint: string): Wish => spokenBy(languageOf(hint))?.wishOf(hint) ?? englishWish(hint);
