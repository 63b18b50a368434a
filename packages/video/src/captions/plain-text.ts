import { decodeHTML } from "entities";

/** WebVTT's and SubRip's tags, and the times within a cue; `a < b` and `<3` are none. */
const TAGS = /<\/?(?:[A-Za-z][^<>]{0,200}|\d[\d:.,]{0,30})>/g;
/** What is left over of ASS and MicroDVD: `{\an8}`, `{y:i}`. */
const OVERRIDES = /\{(?:\\[^{}]{0,200}|[A-Za-z]:[^{}]{0,40})\}/g;

/**
 * The words of a line, without markup and with its character references read, once. A byte order mark, control
 * characters (which would swell sixfold in JSON, and a state carries 256 KB at most) and what could not be read as a
 * character are left out.
 */
export function plainText(line: string): string {
  const words = line
    .replace(TAGS, "")
    .replace(OVERRIDES, "")
    .replace(/\\[Nnh]/g, " ");
  return (words.includes("&") ? decodeHTML(words) : words)
    .replace(/[\uFEFF\uFFFD\u200E\u200F\u2060\u200B]/g, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}
