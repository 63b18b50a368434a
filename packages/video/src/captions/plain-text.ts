import { decodeHTML } from "entities";

/** Tags of WebVTT and SubRip, and times within a cue; `a < b` and `<3` are not tags. */
const TAGS = /<\/?(?:[A-Za-z][^<>]{0,200}|\d[\d:.,]{0,30})>/g;
/** Codes of ASS and MicroDVD: `{\an8}`, `{y:i}`. */
const OVERRIDES = /\{(?:\\[^{}]{0,200}|[A-Za-z]:[^{}]{0,40})\}/g;

/**
 * The text of a line, without markup and with its character references decoded once. Leaves out byte order marks,
 * replacement characters, and control characters, which would become six times as long in JSON (a state carries at most
 * 256 KB).
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
