/** What a text of JSON holds. */
export interface JsonText {
  readonly json: unknown;
  /** How many lists and objects stand within each other at most. */
  readonly depth: number;
  /** Where numbers stand whose digits do not survive: the JavaScript value is another number than was written. */
  readonly lost: readonly (readonly string[])[];
}

/** A list or an object that is open: where the reader stands in it. */
interface Place {
  /** How many values were before; undefined: an object. */
  at: number | undefined;
  /** The key as it is written, quotes and escapes included. */
  key: string;
}

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[-+.\w]+|[[\]{},]/gs;

/**
 * Reads JSON, and what reading it changes: `1e400` becomes `Infinity`, an id of 19 digits another id. Undefined: the text
 * is not JSON.
 */
export function readJson(text: string): JsonText | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const open: Place[] = [];
  const lost: string[][] = [];
  let depth = 0;
  let last = "";
  // The text is known to be JSON: tokens alone tell where each number stands.
  for (const [word] of text.matchAll(token)) {
    const place = open.at(-1);
    if (word === "{" || word === "[") {
      open.push({ at: word === "[" ? 0 : undefined, key: "" });
      depth = Math.max(depth, open.length);
    } else if (word === "}" || word === "]") open.pop();
    else if (word === ",") {
      if (place?.at !== undefined) place.at++;
    } else if (word.startsWith('"')) {
      if (place?.at === undefined && (last === "{" || last === ",")) place!.key = word;
    } else if (isNumber(word) && !survives(word)) lost.push(open.map(nameOf));
    last = word;
  }
  return { json, depth, lost };
}

const nameOf = ({ at, key }: Place): string => (at === undefined ? (JSON.parse(key) as string) : String(at));

const isNumber = (word: string): boolean => word !== "true" && word !== "false" && word !== "null";

/** Whether a number is the same number once it was read: `1.0`, `1e2` and `-0` are, `0.10000000000000001` is not. */
function survives(word: string): boolean {
  // Fifteen digits always are.
  if (word.length <= 15 && !/e/i.test(word)) return true;
  return decimal(word) === decimal(String(Number(word)));
}

/** One way to write each decimal number: its digits without zeros at either end, and the power of ten. */
function decimal(word: string): string {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(word) ?? [];
  const digits = whole + fraction;
  let from = 0;
  let to = digits.length;
  while (digits[from] === "0") from++;
  while (to > from && digits[to - 1] === "0") to--;
  if (from === to) return "0";
  return `${sign}${digits.slice(from, to)}e${Number(exponent) - fraction.length + digits.length - to}`;
}

/** Whether more than `most` lists and objects of a value stand within each other. */
export function isNestedOver(most: number, value: unknown): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === most) return true;
    level = level.flatMap((one) => Object.values(one).filter(isContainer));
  }
  return false;
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;
