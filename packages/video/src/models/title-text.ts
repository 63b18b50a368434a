/** The most characters of a title. */
export const TITLE_LENGTH = 80;

const SMALL = new Set(
  "a an and as at but by for from in into nor of on or over so than the to up with".split(" "),
);
/** Words that begin a spoken sentence but not a title. */
const OPENING =
  /^(?:(?:so|and|but|or|well|now|then|here|because|also|yes|okay|ok|um|uh|actually|basically|in fact|of course|for example|you know|i mean|i think|i want to say that|here is what|that is why|that means)\b[\s,:]*)+/i;
/** Places where a long sentence can be cut and is still complete. */
const JOINTS = /\s*[,;:–—]\s+|\s+-\s+|\s+(?=(?:because|but|while|which|until|unless|although)\b)/;

/** Makes a title from a spoken sentence: its first clause that is complete alone, with at most `mostWords` words. */
export function titleOf(sentence: string, mostWords: number): string {
  const plain = sentence.replace(/[\s.!…。]+$/u, "").replace(OPENING, "");
  const question = plain.endsWith("?");
  const clauses = plain.replace(/\?$/, "").split(JOINTS);
  let title = clauses[0]!;
  for (const clause of clauses.slice(1)) {
    const longer = plain.slice(0, plain.indexOf(clause, title.length) + clause.length);
    if (longer.split(/\s+/).length > mostWords || longer.length > TITLE_LENGTH) break;
    title = longer;
  }
  return titleCase(fit(title, mostWords)) + (question && title.length + 1 < TITLE_LENGTH ? "?" : "");
}

/** Whether the sentence could end where its title does; a title that is cut elsewhere reads like a fragment. */
export function endsAtJoint(sentence: string, title: string): boolean {
  const words = title.toLowerCase().replace(/\?$/, "");
  const rest = sentence.slice(sentence.toLowerCase().indexOf(words) + words.length);
  return /^\s*(?:$|[.,;:!?…–—-]|(?:because|but|while|which|until|unless|although|and|where|when)\b)/i.test(
    rest,
  );
}

/** Capital letters as in an English title; a word that already has some stays as it is. */
export function titleCase(text: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  return words
    .map((word, n) => {
      const inner = n > 0 && n < words.length - 1 && !/[:?!]$/.test(words[n - 1]!);
      if (/\p{Lu}/u.test(word.slice(1))) return word;
      const lower = word.toLowerCase();
      if (inner && SMALL.has(lower)) return lower;
      return word.replace(/\p{L}/u, (letter) => letter.toUpperCase());
    })
    .join(" ");
}

/** The text in at most `mostWords` words and 80 characters, without a small word at its end. */
export function fit(text: string, mostWords: number): string {
  const words = text.split(/\s+/).slice(0, mostWords);
  while (words.length > 1 && words.join(" ").length > TITLE_LENGTH) words.pop();
  const cut = words.join(" ").length < text.length;
  while (cut && words.length > 1 && SMALL.has(words.at(-1)!.toLowerCase())) words.pop();
  return words
    .join(" ")
    .slice(0, TITLE_LENGTH)
    .replace(/[\s,;:–—-]+$/, "");
}
