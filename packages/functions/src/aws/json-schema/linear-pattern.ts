import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { RE2JS } from "re2js";
import { rangesOf, writeClass, writeProperty } from "./character-ranges.ts";

/** A pattern whose search time is proportional to the text, for any text. */
export interface LinearPattern {
  test(text: string): boolean;
}

/** Why a pattern is refused, without its content. */
export class PatternFault extends Error {}

/** Most positions of a pattern, with repeats counted in full. One character may take as many steps. */
const MAX_PLACES = 2048;

/** The newest ECMAScript version whose patterns Node 20 also knows. */
const parser = new RegExpParser({ ecmaVersion: 2024 });

/**
 * Compiles a JSON Schema pattern. It has ECMAScript's meaning with the flag `u`, or without the flag where only that flag
 * refuses it: `\-`, `\@`, `[\w-.]`. Text is matched by code points in both cases. Throws `PatternFault` for what cannot
 * run in linear time.
 */
export function compilePattern(source: string): LinearPattern {
  const pattern = parse(source);
  if (placesIn(pattern) > MAX_PLACES)
    throw new PatternFault("is too large with its repeats written out; `maxLength` may say the same");
  try {
    return RE2JS.compile(write(pattern));
  } catch (cause) {
    if (cause instanceof PatternFault) throw cause;
    const tooOften = /repeat/.test((cause as Error).message);
    throw new PatternFault(
      tooOften ? "repeats something more than 1,000 times" : "has something that cannot run in linear time",
      { cause },
    );
  }
}

function parse(source: string): AST.Pattern {
  const read = (text: string, unicode: boolean) => parser.parsePattern(text, 0, text.length, { unicode });
  try {
    return read(withoutIdleEscapes(source), true);
  } catch {
    // Without the flag, surrogate halves and the flag's escapes have a meaning that nobody intends.
    if (/[\u{10000}-\u{10ffff}]|\\u[dD][89a-fA-F]|\\[pPu]\{/u.test(source)) throw new PatternFault(NOT_ONE);
  }
  try {
    return read(source, false);
  } catch (cause) {
    throw new PatternFault(NOT_ONE, { cause });
  }
}

const NOT_ONE = "is not a regular expression of ECMAScript";

/** Sets, which cannot end a range; an escape; a hyphen before a set. */
const tokens = /(\\[dDwWsS]|\\[pP]\{[^}]*\})-?|\\(.)|-(?=\\[dDwWsSpP])/gsu;

/** Rewrites needless escapes, as in `\@`, and literal hyphens, as in `[\w-.]`, into a form that the flag `u` accepts. */
const withoutIdleEscapes = (source: string): string =>
  source.replace(tokens, (token, set: string | undefined, escaped: string | undefined) => {
    if (set !== undefined) return token === set ? token : `${set}${escapeOf("-")}`;
    if (escaped === undefined) return escapeOf(token);
    return /[a-zA-Z0-9^$\\.*+?()[\]{}|/\n\r\u2028\u2029]/.test(escaped) ? token : escapeOf(escaped);
  });

const escapeOf = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

type Alternatives = AST.Pattern | AST.Group | AST.CapturingGroup;

const placesIn = ({ alternatives }: Alternatives): number =>
  alternatives.reduce(
    (sum, { elements }) => elements.reduce((inner, element) => inner + placesOf(element), sum + 1),
    0,
  );

function placesOf(element: AST.Element): number {
  if (element.type === "Group" || element.type === "CapturingGroup") return placesIn(element);
  if (element.type !== "Quantifier") return 1;
  const { min, max } = element;
  return placesOf(element.element) * (max === Number.POSITIVE_INFINITY ? min + 1 : max);
}

function write(node: Alternatives): string {
  return node.alternatives.map(({ elements }) => elements.map(writeElement).join("")).join("|");
}

function writeElement(element: AST.Element): string {
  switch (element.type) {
    case "Assertion":
      return writeAssertion(element);
    case "Quantifier":
      return `(?:${writeElement(element.element)})${writeRepeat(element)}`;
    case "Group":
    case "CapturingGroup":
      return `(?:${write(element)})`;
    case "Backreference":
      throw new PatternFault("refers back to a group, which cannot run in linear time");
    case "Character":
      return writeClass(rangesOf(element), false);
    case "CharacterSet":
      return element.kind === "property"
        ? `[${writeProperty(element)}]`
        : writeClass(rangesOf(element), false);
    case "CharacterClass":
      return writeCharacterClass(element);
    case "ExpressionCharacterClass":
      throw new PatternFault(NOT_ONE);
  }
}

function writeAssertion(assertion: AST.Assertion): string {
  switch (assertion.kind) {
    case "start":
      return "\\A";
    case "end":
      return "\\z";
    case "word":
      return assertion.negate ? "\\B" : "\\b";
    case "lookahead":
    case "lookbehind":
      throw new PatternFault("looks ahead or behind, which cannot run in linear time");
  }
}

function writeRepeat({ min, max }: AST.Quantifier): string {
  return max === Number.POSITIVE_INFINITY ? `{${min},}` : `{${min},${max}}`;
}

function writeCharacterClass({ elements, negate }: AST.CharacterClass): string {
  const ranges: (readonly [number, number])[] = [];
  const properties: string[] = [];
  for (const element of elements) {
    if (element.type === "CharacterSet" && element.kind === "property")
      properties.push(writeProperty(element));
    else if (element.type === "ClassStringDisjunction" || element.type === "ExpressionCharacterClass")
      throw new PatternFault(NOT_ONE);
    else if (element.type !== "CharacterClass") ranges.push(...rangesOf(element));
  }
  return writeClass(ranges, negate, properties);
}
