const letter = /\p{L}/u;
const fromTheRight = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** The side from which a text is read, told by its first letter as browsers do; undefined where it has none. */
export function directionOf(text: string): "ltr" | "rtl" | undefined {
  const first = letter.exec(text)?.[0];
  if (first === undefined) return undefined;
  return fromTheRight.test(first) ? "rtl" : "ltr";
}
