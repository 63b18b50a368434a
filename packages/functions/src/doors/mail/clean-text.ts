import { cutText, directionOf } from "@callboard/protocol";

/** Marks, embeddings, overrides and isolates that change the direction of text (https://unicode.org/reports/tr9/). */
const bidiControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Control characters except the line break, and the byte order mark. */
const controls = /(?!\n)[\p{Cc}\ufeff]/gu;
const lineBreaks = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** A surrogate half without its other half, which no address and no UTF-8 can hold. */
const halves = /\p{Cs}/gu;
const spaces = /\s+/g;

/**
 * A person's text in several lines, cut to a number of characters and lines. Control characters, and characters that
 * change the direction of the text around them, are removed; lone surrogate halves are replaced.
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

/** A person's text in one line, also fit for a header. */
export const cleanLine = (text: string, most: number): string =>
  cutText(cleanLines(text, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY).replace(spaces, " "), most);

/** A person's text within a sentence of ours, isolated so that right-to-left text does not reorder the sentence. */
export const isolated = (text: string): string =>
  directionOf(text) === "rtl" ? `\u2068${text}\u2069` : text;

/** Whether a text is valid Unicode, so that an address can hold it. */
export const isWellFormed = (text: string): boolean => text.search(halves) < 0;
