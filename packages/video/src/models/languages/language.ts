/** The languages of the stand-ins, as BCP 47 tags; text in another alphabet is treated as English. */
export type Language = "en" | "ja" | "zh" | "ko" | "th";

const COUNTED: readonly (readonly [Language, RegExp])[] = [
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["zh", /\p{Script=Han}/gu],
  ["ko", /\p{Script=Hangul}/gu],
  ["th", /\p{Script=Thai}/gu],
];
/** In other scripts, this many letters count as one word of the Latin alphabet. */
const LETTERS_A_WORD = 2;
/** With a greater share of kana than this, a text is Japanese; a Chinese text may contain a name in kana. */
const MIN_KANA = 0.1;
const EXAMINED = 20_000;

/** The language of a text, by its letters: with kana it is Japanese, not Chinese. */
export function languageOf(text: string): Language {
  const head = text.slice(0, EXAMINED);
  const count = new Map(COUNTED.map(([language, letters]) => [language, head.match(letters)?.length ?? 0]));
  const [kana, han] = [count.get("ja")!, count.get("zh")!];
  const isJapanese = kana > MIN_KANA * (kana + han);
  count.set("ja", isJapanese ? kana + han : 0);
  count.set("zh", isJapanese ? 0 : han);
  const [language, letters] = [...count].reduce((most, one) => (one[1] > most[1] ? one : most));
  const latin = head.match(/\p{Script=Latin}+/gu)?.length ?? 0;
  return letters > LETTERS_A_WORD * latin || (letters > 0 && latin === 0) ? language : "en";
}

/** The width of a text in full-width letters: a Latin letter or half-width kana is half of one. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += /[\u0020-\u024F\uFF61-\uFF9F]/.test(letter) ? 0.5 : 1;
  return width;
}

const segmenters = new Map<string, Intl.Segmenter>();

/** The words or sentences of a text, in their order and without gaps. */
export function piecesOf(text: string, language: Language, granularity: "word" | "sentence"): string[] {
  const name = `${language} ${granularity}`;
  const segmenter = segmenters.get(name) ?? new Intl.Segmenter(language, { granularity });
  segmenters.set(name, segmenter);
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Half-width kana and full-width Latin letters in their usual width. */
export const usualWidths = (text: string): string =>
  text.replace(/[\uFF66-\uFF9F]+|[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A]+/g, (letters) =>
    letters.normalize("NFKC"),
  );
