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
const TIME = /^(?:(\d{1,4}):)?([0-5]\d):([0-5]\d)[.,](\d{3})$/;
const BLOCK_WITHOUT_WORDS = /^(NOTE|STYLE|REGION)(\s|$)/;

/**
 * Reads WebVTT (https://www.w3.org/TR/webvtt1/) or SubRip, told apart by the `WEBVTT` of the first line. Strict: a
 * line that belongs to neither makes the whole file no captions.
 */
export function parseCaptions(source: string): Captions {
  const lines = source.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const format = /^WEBVTT(\s|$)/.test(lines[0] ?? "") ? "vtt" : "srt";
  const cues: Cue[] = [];
  for (const block of blocksOf(lines, format === "vtt" ? firstBlank(lines) : 0)) {
    if (format === "vtt" && BLOCK_WITHOUT_WORDS.test(block.lines[0]!)) continue;
    const named = block.lines[0]!.includes("-->") ? 0 : 1;
    const timing = block.lines[named];
    if (format === "srt" && named === 1 && !/^\d+$/.test(block.lines[0]!.trim()))
      return notCaptions(block.line, "neither WEBVTT, nor a cue's number, nor a cue's times");
    if (timing === undefined) return notCaptions(block.line, "a cue without times");
    const times = parseTiming(timing);
    if (!times) return notCaptions(block.line + named, "not a cue's times, such as 00:01.000 --> 00:04.000");
    if (times.endMs < times.startMs) return notCaptions(block.line + named, "the cue ends before it starts");
    if (cues.length === MOST_CUES) return notCaptions(block.line, `over ${MOST_CUES} cues`);
    const text = plainText(block.lines.slice(named + 1));
    if (text !== "") cues.push({ ...times, text });
  }
  return { kind: "captions", format, cues };
}

function notCaptions(line: number, reason: string): Captions {
  return { kind: "not_captions", line, reason };
}

function firstBlank(lines: readonly string[]): number {
  const blank = lines.findIndex((line) => line.trim() === "");
  return blank < 0 ? lines.length : blank;
}

function* blocksOf(lines: readonly string[], from: number) {
  let start = from;
  for (let n = from; n <= lines.length; n++) {
    if (n < lines.length && lines[n]!.trim() !== "") continue;
    if (n > start) yield { line: start + 1, lines: lines.slice(start, n) };
    start = n + 1;
  }
}

function parseTiming(line: string): { startMs: number; endMs: number } | undefined {
  const [start, rest] = line.split("-->");
  const startMs = parseTime(start ?? "");
  const endMs = parseTime((rest ?? "").trim().split(/\s/)[0] ?? "");
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs };
}

function parseTime(text: string): number | undefined {
  const [, hours = "0", minutes, seconds, ms] = TIME.exec(text.trim()) ?? [];
  if (minutes === undefined) return undefined;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);
}

const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: " ",
  lrm: "",
  rlm: "",
};

function plainText(lines: readonly string[]): string {
  return (
    lines
      .join(" ")
      .replace(/<[^<>]{0,200}>/g, "")
      .replace(/\{\\[^{}]{0,200}\}/g, "")
      .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
      // Control characters would swell sixfold in JSON, and a state carries 256 KB at most.
      .replace(/[\s\p{Cc}]+/gu, " ")
      .trim()
  );
}
