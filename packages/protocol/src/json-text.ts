import { boundedIssues } from "./issues.ts";
import { jsonDepth } from "./limits.ts";
import { pathText } from "./misspelt.ts";

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

/** Numbers of more than fifteen digits, or with a power of ten; any other survives. */
const doubtful = /[\d.]{16}|\d[eE][-+\d]/;
/** Texts, doubtful numbers, and what tells where they stand. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|(?:[\d.]{16,}|\d[\d.]*[eE])[-+\d.eE]*|[[\]{},]/gs;

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
  return { json, depth: depthOf(json), lost: doubtful.test(text) ? lostNumbers(text) : [] };
}

/** How many lists and objects of a value stand within each other at most, told without recursion. */
export function depthOf(value: unknown): number {
  let depth = 0;
  for (let level = [value].filter(isContainer); level.length > 0; depth++)
    level = level.flatMap((one) => Object.values(one).filter(isContainer));
  return depth;
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Where in a text that is known to be JSON numbers stand that do not survive: its tokens alone tell. */
function lostNumbers(text: string): string[][] {
  const open: Place[] = [];
  const lost: string[][] = [];
  let last = "";
  for (const [word] of text.matchAll(token)) {
    const place = open.at(-1);
    if (word === "{" || word === "[") open.push({ at: word === "[" ? 0 : undefined, key: "" });
    else if (word === "}" || word === "]") open.pop();
    else if (word === ",") {
      if (place?.at !== undefined) place.at++;
    } else if (word.startsWith('"')) {
      if (place && place.at === undefined && (last === "{" || last === ",")) place.key = word;
    } else if (!survives(word)) lost.push(open.map(nameOf));
    last = word;
  }
  return lost;
}

const nameOf = ({ at, key }: Place): string => (at === undefined ? (JSON.parse(key) as string) : String(at));

/** Whether a number is the same number once it was read: `1.0`, `1e2` and `-0` are, `0.10000000000000001` is not. */
function survives(word: string): boolean {
  const read = String(Number(word));
  return word === read || decimal(word) === decimal(read);
}

/** One way to write each decimal number without its sign: its digits without zeros at either end, and the power of ten. */
function decimal(word: string): string {
  const [, whole = "", fraction = "", exponent = "0"] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(word) ?? [];
  const digits = whole + fraction;
  let from = 0;
  let to = digits.length;
  while (digits[from] === "0") from++;
  while (to > from && digits[to - 1] === "0") to--;
  if (from === to) return "0";
  return `${digits.slice(from, to)}e${Number(exponent) - fraction.length + digits.length - to}`;
}

/** What is said of a number that is not what was written. */
export const lostNumber = "a number with more digits than can be kept: send it as text";

const tooDeep = `message: nested over ${jsonDepth} levels`;

/**
 * What is wrong with JSON before its schema is asked: it nests too deep, or a number of a field that is known is not what
 * was written. Those in a reply's `value` are told apart, since the rest of the reply is well-formed.
 */
export function judgeJson(
  { depth, lost }: JsonText,
  shape: Readonly<Record<string, unknown>>,
): { readonly issues: readonly string[]; readonly lost: readonly string[] } {
  if (depth > jsonDepth) return { issues: [tooDeep], lost: [] };
  const told = (paths: JsonText["lost"]) =>
    boundedIssues(paths.map((path) => `${pathText(path)}: ${lostNumber}`));
  const known = lost.filter(([field = ""]) => Object.hasOwn(shape, field));
  // A body may hold the reply beside what else it says; the issues are those of the reply all the same.
  const inReply = known.map((path) => (path[0] === "reply" ? path.slice(1) : path));
  const isValue = ([field]: readonly string[]) => field === "value";
  return {
    issues: told(known.filter((_, n) => !isValue(inReply[n]!))),
    lost: told(inReply.filter(isValue)),
  };
}
