import type { AST } from "@eslint-community/regexpp";

/** From one code point to another, both included. */
export type Range = readonly [number, number];

const LAST_CODE_POINT = 0x10ffff;
const digits: readonly Range[] = [[0x30, 0x39]];
const wordCharacters: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const lineEnds: readonly Range[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
/** White space and line ends as ECMAScript defines them; RE2 knows only those of ASCII. */
const spaces: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** The characters of a class's member or of a single atom; a Unicode property is kept by its name. */
export function rangesOf(
  element: AST.Character | AST.CharacterClassRange | AST.AnyCharacterSet | AST.EscapeCharacterSet,
): readonly Range[] {
  if (element.type === "Character") return [[element.value, element.value]];
  if (element.type === "CharacterClassRange") return [[element.min.value, element.max.value]];
  switch (element.kind) {
    case "any":
      return allBut(lineEnds);
    case "digit":
      return element.negate ? allBut(digits) : digits;
    case "space":
      return element.negate ? allBut(spaces) : spaces;
    case "word":
      return element.negate ? allBut(wordCharacters) : wordCharacters;
  }
}

/** Takes ranges in order, without overlaps. */
function allBut(ranges: readonly Range[]): Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  return [...gaps, [next, LAST_CODE_POINT]];
}

/** A class in RE2's syntax; an empty one is written as the negation of everything. */
export function writeClass(
  ranges: readonly Range[],
  negate: boolean,
  properties: readonly string[] = [],
): string {
  if (ranges.length + properties.length === 0) return writeClass([[0, LAST_CODE_POINT]], !negate);
  const written = ranges.map(([from, to]) => (from === to ? hex(from) : `${hex(from)}-${hex(to)}`));
  return `[${negate ? "^" : ""}${written.join("")}${properties.join("")}]`;
}

const hex = (codePoint: number): string => `\\x{${codePoint.toString(16)}}`;

/** Long names of categories; RE2 knows only the short ones. */
const shortNames: ReadonlyMap<string, string> = new Map(
  (
    "Letter=L Uppercase_Letter=Lu Lowercase_Letter=Ll Titlecase_Letter=Lt Cased_Letter=LC Modifier_Letter=Lm " +
    "Other_Letter=Lo Mark=M Nonspacing_Mark=Mn Spacing_Mark=Mc Enclosing_Mark=Me Number=N Decimal_Number=Nd " +
    "Letter_Number=Nl Other_Number=No Punctuation=P punct=P Connector_Punctuation=Pc Dash_Punctuation=Pd " +
    "Open_Punctuation=Ps Close_Punctuation=Pe Initial_Punctuation=Pi Final_Punctuation=Pf Other_Punctuation=Po " +
    "Symbol=S Math_Symbol=Sm Currency_Symbol=Sc Modifier_Symbol=Sk Other_Symbol=So Separator=Z Space_Separator=Zs " +
    "Line_Separator=Zl Paragraph_Separator=Zp Other=C Control=Cc Format=Cf Surrogate=Cs Private_Use=Co Unassigned=Cn"
  )
    .split(" ")
    .map((pair) => pair.split("=") as [string, string]),
);

/** A Unicode property in RE2's syntax, which has only its value. RE2 refuses properties that it does not know. */
export function writeProperty({ key, value, negate }: AST.UnicodePropertyCharacterSet): string {
  const name = value === null ? key : (shortNames.get(value) ?? value);
  const isKnown = value === null || /^(General_Category|gc|Script|sc)$/.test(key);
  return `\\${negate ? "P" : "p"}{${isKnown ? name : `${key}=${name}`}}`;
}
