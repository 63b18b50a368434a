/** One caption: its time in milliseconds from the start, and its words without markup. */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** What a captions file holds, or the first line (from 1) that makes it none. */
export type Captions =
  | { readonly kind: "captions"; readonly format: "vtt" | "srt"; readonly cues: readonly Cue[] }
  | { readonly kind: "not_captions"; readonly line: number; readonly reason: string };

const MOST_CUES = 50_000;
const MOST_SHOWN = 20_000;
const TIME = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{3})$/;
const BLOCK_WITHOUT_WORDS = /^(NOTE|STYLE|REGION)(\s|$)/;

/**
 * Reads WebVTT (https://www.w3.org/TR/webvtt1/) or SubRip, told apart by the `WEBVTT` of the first line. Strict: a
 * line that belongs to neither makes the whole file no captions.
 */
export function parseCaptions(source: string): Captions {
  const { format, parts } = read(source);
  const cues: Cue[] = [];
  for (const { line, fault, cue } of parts) {
    if (fault) return { kind: "not_captions", ...fault };
    if (!cue) continue;
    if (cues.length === MOST_CUES) return { kind: "not_captions", line, reason: `over ${MOST_CUES} cues` };
    const text = plainText(cue.lines.join(" "));
    if (text !== "") cues.push({ startMs: cue.startMs, endMs: cue.endMs, text });
  }
  return { kind: "captions", format, cues };
}

/** What of a file can be shown, line by line: whatever is not a caption is left out, and the first 20,000 are kept. */
export function cuesToShow(source: string): Cue[] {
  const cues: Cue[] = [];
  for (const { cue } of read(source).parts) {
    if (cues.length === MOST_SHOWN) break;
    if (!cue) continue;
    const lines = cue.lines.map(plainText).filter((line) => line !== "");
    if (lines.length > 0) cues.push({ startMs: cue.startMs, endMs: cue.endMs, text: lines.join("\n") });
  }
  return cues;
}

/** A block of lines: the caption in it, if it can be read as one, and what a strict reader would not let pass. */
interface Part {
  readonly line: number;
  readonly cue?: { readonly startMs: number; readonly endMs: number; readonly lines: readonly string[] };
  readonly fault?: { readonly line: number; readonly reason: string };
}

function read(source: string): { format: "vtt" | "srt"; parts: Iterable<Part> } {
  const lines = source.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const format = /^WEBVTT(\s|$)/.test(lines[0] ?? "") ? "vtt" : "srt";
  return { format, parts: partsOf(lines, format) };
}

function* partsOf(lines: readonly string[], format: "vtt" | "srt"): Generator<Part> {
  for (const block of blocksOf(lines, format === "vtt" ? endOfHeader(lines) : 0))
    if (format === "srt" || !BLOCK_WITHOUT_WORDS.test(block.lines[0]!)) yield partOf(block, format);
}

interface Block {
  readonly line: number;
  readonly lines: readonly string[];
}

function partOf({ line, lines }: Block, format: "vtt" | "srt"): Part {
  const named = lines[0]!.includes("-->") ? 0 : 1;
  const at = line + named;
  const timing = lines[named];
  const isNumbered = named === 0 || format === "vtt" || /^\d+$/.test(lines[0]!.trim());
  const unnumbered = { line, reason: "neither WEBVTT, nor a cue's number, nor a cue's times" };
  if (timing === undefined)
    return { line, fault: isNumbered ? { line, reason: "a cue without times" } : unnumbered };
  const times = timesOf(timing);
  const noTimes = { line: at, reason: "not a cue's times, such as 00:01.000 --> 00:04.000" };
  if (!times) return { line, fault: isNumbered ? noTimes : unnumbered };
  const { startMs, endMs, areClockTimes } = times;
  const cue = { startMs, endMs, lines: lines.slice(named + 1) };
  if (!isNumbered) return { line, cue, fault: unnumbered };
  if (!areClockTimes) return { line, cue, fault: noTimes };
  if (endMs < startMs) return { line, cue, fault: { line: at, reason: "the cue ends before it starts" } };
  return { line, cue };
}

/** Where the first block of WebVTT begins: after a blank line, or at a cue that follows without one. */
function endOfHeader(lines: readonly string[]): number {
  const end = lines.findIndex((line) => line.trim() === "" || line.includes("-->"));
  return end < 0 ? lines.length : end;
}

function* blocksOf(lines: readonly string[], from: number): Generator<Block> {
  let start = from;
  for (let n = from; n <= lines.length; n++) {
    if (n < lines.length && lines[n]!.trim() !== "") continue;
    if (n > start) yield { line: start + 1, lines: lines.slice(start, n) };
    start = n + 1;
  }
}

function timesOf(line: string): { startMs: number; endMs: number; areClockTimes: boolean } | undefined {
  const [first, rest] = line.split("-->");
  const start = timeOf(first ?? "");
  const end = timeOf((rest ?? "").trim().split(/\s/)[0] ?? "");
  if (!start || !end) return undefined;
  return { startMs: start.ms, endMs: end.ms, areClockTimes: start.isClockTime && end.isClockTime };
}

/** A time in milliseconds, and whether its minutes and seconds are below 60. */
function timeOf(text: string): { ms: number; isClockTime: boolean } | undefined {
  const [, hours = "0", minutes, seconds, fraction] = TIME.exec(text.trim()) ?? [];
  if (minutes === undefined) return undefined;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction);
  return { ms, isClockTime: Number(minutes) < 60 && Number(seconds) < 60 };
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["nbsp", " "],
  ["lrm", ""],
  ["rlm", ""],
]);

function plainText(text: string): string {
  return (
    text
      .replace(/<[^<>]{0,200}>/g, "")
      .replace(/\{\\[^{}]{0,200}\}/g, "")
      .replace(/&(\w+);/g, (whole, name: string) => ENTITIES.get(name) ?? whole)
      // Control characters would swell sixfold in JSON, and a state carries 256 KB at most.
      .replace(/[\s\p{Cc}]+/gu, " ")
      .trim()
  );
}
