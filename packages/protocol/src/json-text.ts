import { boundedIssues } from "./issues.ts";
import { jsonDepth } from "./limits.ts";
import { pathText } from "./misspelt.ts";

/** The content of a JSON text. */
export interface JsonText {
  readonly json: unknown;
  /** How deep lists and objects are nested. */
  readonly depth: number;
  /** The paths of numbers that JavaScript cannot represent: the parsed value is another number than the text. */
  readonly lost: readonly (readonly string[])[];
}

/** An open list or object, and the current position in it. */
interface Place {
  /** The index of the current item; undefined in an object. */
  at: number | undefined;
  /** The current key as it is written, with quotes and escapes. */
  key: string;
}

/** Numbers with more than fifteen digits or an exponent; JavaScript represents any other number. */
const maybeLossy = /[\d.]{16}|\d[eE][-+\d]/;
/** Strings, maybeLossy numbers, and the characters that show the structure. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|(?:[\d.]{16,}|\d[\d.]*[eE])[-+\d.eE]*|[[\]{},]/gs;

/**
 * Parses JSON and finds numbers that parsing changes: `1e400` becomes `Infinity`, an id of 19 digits another id.
 * Undefined: the text is not JSON.
 */
export function readJson(text: string): JsonText | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return { json, depth: depthOf(json), lost: maybeLossy.test(text) ? lostNumbers(text) : [] };
}

/** How deep lists and objects of a value are nested; computed without recursion. */
export function depthOf(value: unknown): number {
  let depth = 0;
  for (let level = [value].filter(isContainer); level.length > 0; depth++)
    level = level.flatMap((one) => Object.values(one).filter(isContainer));
  return depth;
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * The paths of numbers that parsing changes, in a text that is known to be JSON; its tokens are enough to find them.
 */
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

/** Whether parsing keeps a number the same: it does for `1.0`, `1e2` and `-0`, but not for `0.10000000000000001`. */
function survives(word: string): boolean {
  const read = String(Number(word));
  return word === read || decimal(word) === decimal(read);
}

/** A unique text for each decimal number without its sign: its digits without zeros at either end, and the exponent. */
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

/** The error text for a number that parsing changes. */
export const lostNumber = "a number with more digits than can be kept: send it as text";

const tooDeep = `message: nested over ${jsonDepth} levels`;

type Shape = Readonly<Record<string, unknown>>;

/**
 * What is wrong with JSON before its schema is checked: it is nested too deep, or parsing changed a number in a known
 * field. Such numbers in a reply's `value` are returned separately, with their path in the reply, because the rest of
 * the message is valid. The reply is the message itself, or its field `reply`.
 */
export function judgeJson(
  { depth, lost }: JsonText,
  shape: Shape,
): { readonly issues: readonly string[]; readonly lost: readonly string[] } {
  if (depth > jsonDepth) return { issues: [tooDeep], lost: [] };
  const told = (paths: JsonText["lost"]) =>
    boundedIssues(paths.map((path) => `${pathText(path)}: ${lostNumber}`));
  const inner = (shape.reply as { readonly shape?: Shape } | undefined)?.shape;
  const [within, fields] = inner ? [["reply"], inner] : [[], shape];
  const known = lost.filter(
    (path) =>
      within.every((name, at) => path[at] === name) && Object.hasOwn(fields, path[within.length] ?? ""),
  );
  const isValue = (path: readonly string[]) => path[within.length] === "value";
  return {
    issues: told(known.filter((path) => !isValue(path))),
    lost: told(known.filter(isValue).map((path) => path.slice(within.length))),
  };
}
