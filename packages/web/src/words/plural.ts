const rules = new Map<string, Intl.PluralRules>();
const formats = new Map<string, Intl.NumberFormat>();
const lists = new Map<string, Intl.ListFormat>();

/** The word for a count, in languages with a plural: `plural("en", 1, "answer", "answers")`. */
export function plural(lang: string, count: number, one: string, other: string): string {
  return kept(rules, lang, () => new Intl.PluralRules(lang)).select(count) === "one" ? one : other;
}

/** A count, as a language writes it: `1,200`. */
export function countText(lang: string, count: number): string {
  return kept(formats, lang, () => new Intl.NumberFormat(lang)).format(count);
}

/** Joins names, as a language does: `you, ben and ana`. */
export function listText(locale: string, names: readonly string[]): string {
  return kept(lists, locale, () => new Intl.ListFormat(locale, { type: "conjunction" })).format(names);
}

/** Making a formatter takes longer than using it a hundred times. */
function kept<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
