const rules = new Map<string, Intl.PluralRules>();

/** One of two words by a count, in languages that tell them apart: `plural("en", 1, "answer", "answers")`. */
export function plural(lang: string, count: number, one: string, other: string): string {
  const known = rules.get(lang) ?? new Intl.PluralRules(lang);
  rules.set(lang, known);
  return known.select(count) === "one" ? one : other;
}

/** Two words as a function of their count: `counted("en", "answer", "answers")(2)` is `2 answers`. */
export const counted =
  (lang: string, one: string, other: string) =>
  (count: number): string =>
    `${count.toLocaleString(lang)} ${plural(lang, count, one, other)}`;
