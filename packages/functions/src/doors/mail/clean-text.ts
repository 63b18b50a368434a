import { cutText, directionOf } from "@callboard/protocol";

/** Marks, embeddings, overrides and isolates that turn the order of what is read (https://unicode.org/reports/tr9/). */
const bidiControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Control characters but the line break, and what editors put at a file's start. */
const controls = /(?!\n)[\p{Cc}\ufeff]/gu;
const lineBreaks = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** A half of a pair without its other half, which no address and no UTF-8 can hold. */
const halves = /\p{Cs}/gu;
const spaces = /\s+/g;

/**
 * Somebody's words in several lines, at most so many characters and lines: without controls, without what would turn the
 * order of the words around them, and with every half of a pair replaced.
 */
export function cleanLines(text: string, most: number, lines = 40): string {
  const kept = text
    .replace(halves, "\ufffd")
    .replace(lineBreaks, "\n")
    .replace(/\t/g, " ")
    .replace(bidiControls, "")
    .replace(controls, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  const all = kept.split("\n");
  return cutText(all.length > lines ? `${all.slice(0, lines).join("\n")}\n…` : kept, most);
}

/** Somebody's words in one line, fit for a header too. */
export const cleanLine = (text: string, most: number): string =>
  cutText(cleanLines(text, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY).replace(spaces, " "), most);

/** Somebody's words within a sentence of ours: those that are read from the right do not turn what stands beside them. */
export const isolated = (text: string): string =>
  directionOf(text) === "rtl" ? `\u2068${text}\u2069` : text;

/** Whether a text is Unicode, so that an address can hold it. */
export const isWellFormed = (text: string): boolean => text.search(halves) < 0;
