import { type BadCue, cuesIn } from "./cue-lines.ts";
import { decodeText, type Encoding } from "./decode.ts";
import { plainText } from "./plain-text.ts";
import { type CueOfLines, foldRolling } from "./roll.ts";

/** One caption: its time in milliseconds from the start, and its text without markup; lines are separated by `\n`. */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** The captions in a file, or a plain text that says why it contains none. */
export type Captions =
  | {
      readonly kind: "captions";
      readonly format: "vtt" | "srt";
      readonly encoding: Encoding;
      readonly sizeBytes: number;
      readonly cues: readonly Cue[];
      /** How many cues could not be read, and the first of them. */
      readonly skipped: { readonly count: number; readonly first: BadCue | undefined };
    }
  /** `empty`: a captions file without any text. */
  | { readonly kind: "not_captions" | "empty"; readonly reason: string };

const MAX_CUES = 50_000;

/**
 * Reads WebVTT or SubRip as they occur in practice; a first line with `WEBVTT` tells them apart. Lenient: invalid cues
 * are skipped and counted, and a line that several rolling cues repeat is kept once. Only a file without any cue is
 * refused.
 */
export function readCaptions(bytes: Uint8Array): Captions {
  const other = otherKindOf(bytes);
  if (other) return { kind: "not_captions", reason: `it is ${other}` };
  const { text, encoding } = decodeText(bytes);
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const format = /^WEBVTT([\s-]|$)/i.test(lines[0]!) ? "vtt" : "srt";
  const raw: CueOfLines[] = [];
  const skipped: { count: number; first: BadCue | undefined } = { count: 0, first: undefined };
  const skip = (bad: BadCue) => {
    skipped.count++;
    skipped.first ??= bad;
  };
  let empty = 0;
  for (const cue of cuesIn(lines, format)) {
    if ("reason" in cue) skip(cue);
    else if (raw.length === MAX_CUES) skip({ line: cue.line, reason: `over ${MAX_CUES} cues` });
    else {
      const words = cue.lines.map(plainText).filter((line) => line !== "");
      if (words.length === 0) empty++;
      raw.push({ startMs: cue.startMs, endMs: cue.endMs, lines: words });
    }
  }
  const cues = foldRolling(raw.filter((cue) => cue.lines.length > 0)).map(toCue);
  if (cues.length > 0) return { kind: "captions", format, encoding, sizeBytes: bytes.length, cues, skipped };
  const hasOnlyHeader =
    format === "vtt" && lines.slice(lines.indexOf("")).every((line) => line.trim() === "");
  const isEmpty = empty > 0 || hasOnlyHeader;
  return { kind: isEmpty ? "empty" : "not_captions", reason: whatWasFound(lines, empty, skipped) };
}

const toCue = ({ startMs, endMs, lines }: CueOfLines): Cue => ({
  startMs,
  endMs,
  text: lines.join("\n"),
});

function whatWasFound(
  lines: readonly string[],
  empty: number,
  { count, first }: { readonly count: number; readonly first: BadCue | undefined },
): string {
  if (empty > 0) return `${counted(empty, "cue")} without any words`;
  if (first) return `none of ${counted(count, "cue")} can be read; line ${first.line}: ${first.reason}`;
  const filled = lines.filter((line) => line.trim() !== "").length;
  if (filled === 0) return "it is empty";
  return `no times, such as 00:01.000 --> 00:04.000, in ${counted(filled, "line")}`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** The obvious kind of another file, from its first bytes. */
function otherKindOf(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  if (head.slice(4, 8) === "ftyp") return "a video (MP4)";
  if (head.startsWith("PK\u0003\u0004")) return "a ZIP archive";
  if (head.startsWith("%PDF-")) return "a PDF";
  if (head.startsWith("\u001f\u008b")) return "a compressed file (gzip)";
  if (head.startsWith("\u0089PNG") || head.startsWith("\u00ff\u00d8\u00ff")) return "a picture";
  return /^(\u00ef\u00bb\u00bf)?\s*<(!doctype html|html)/i.test(head) ? "a web page" : undefined;
}
