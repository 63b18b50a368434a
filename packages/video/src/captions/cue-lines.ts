/** A cue as it stands in a file: its times in milliseconds and its lines, markup and all. */
export interface RawCue {
  /** The line of its times, from 1. */
  readonly line: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly lines: readonly string[];
}

/** What stands where a cue should be and is none; `line` counts from 1. */
export interface BadCue {
  readonly line: number;
  readonly reason: string;
}

/** Longer lines hold no times. */
const LONGEST_TIMES = 400;
const TIME =
  "(?:(\\d{1,4})[ \\t]?:[ \\t]?)?(\\d{1,3})[ \\t]?:[ \\t]?(\\d{1,2})(?:[ \\t]?[.,:][ \\t]?(\\d{1,9}))?";
const TIMES = new RegExp(`^[ \\t]*${TIME}[ \\t]*(?:-{1,3}[ \\t]?-?>|[–—]{1,2}>|→)[ \\t]*${TIME}(?![\\d:])`);
/** Empty lines between a number and its times, at most. */
const MOST_BLANKS = 8;
const BLOCK_WITHOUT_WORDS = /^(NOTE|STYLE|REGION)(\s|$)/;
const NUMBER = /^[ \t]*\d{1,9}[ \t]*$/;

/**
 * Walks over the cues of WebVTT (https://www.w3.org/TR/webvtt1/) or SubRip. A cue begins at a line with times, wherever
 * that stands, and has the lines up to the next one, without the number or name that belongs to that. What cannot be
 * read costs the cue in which it stands.
 */
export function* cuesIn(lines: readonly string[], format: "vtt" | "srt"): Generator<RawCue | BadCue> {
  let cue: { line: number; startMs: number; endMs: number; lines: string[] } | undefined;
  /** Whether the lines belong to no cue: those of a bad one, of a note or a style, or of nothing. */
  let isSkipping = true;
  /** Empty lines since the last that was not. */
  let blanks = 0;

  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (hasTimes(line)) {
      // Where no empty line parts two cues, the number of the second stands among the lines of the first.
      if (!isSkipping && blanks === 0 && NUMBER.test(cue?.lines.at(-1) ?? "")) cue?.lines.pop();
      if (cue) yield cue;
      const times = timesOf(line);
      const isBad = typeof times === "string";
      cue = isBad ? undefined : { line: at + 1, ...times, lines: [] };
      if (isBad) yield { line: at + 1, reason: times };
      isSkipping = isBad;
      blanks = 0;
    } else if (line === "") blanks++;
    else {
      if (blanks > 0 && !isSkipping && cue) isSkipping = !goesOn(cue.lines, lines, at, format);
      if (!isSkipping) cue?.lines.push(line);
      blanks = 0;
    }
  }
  if (!cue) return;
  // A number that goes on counting at the end of the file has lost its cue.
  const last = cue.lines.at(-1) ?? "";
  const before = lines[cue.line - 2] ?? "";
  if (cue.lines.length > 1 && NUMBER.test(before) && NUMBER.test(last) && Number(last) === Number(before) + 1)
    cue.lines.pop();
  yield cue;
}

/** Whether a line behind an empty one still belongs to the cue. */
function goesOn(
  words: readonly string[],
  lines: readonly string[],
  at: number,
  format: "vtt" | "srt",
): boolean {
  const line = lines[at]!;
  if (format === "vtt" && BLOCK_WITHOUT_WORDS.test(line)) return false;
  const isWaiting = words.every((word) => word.trim() === "");
  const next = nextFilled(lines, at + 1);
  // What stands right before times is the number or the name of their cue; a number at the very end has lost its own.
  if (NUMBER.test(line) && (next === undefined ? !isWaiting : hasTimes(next))) return false;
  if (hasTimes(lines[at + 1] ?? "")) return isWaiting && format === "srt";
  return isWaiting || format === "srt";
}

/** The first line from there on that is not empty; only a few are looked at. */
const nextFilled = (lines: readonly string[], from: number): string | undefined =>
  lines.slice(from, from + MOST_BLANKS).find((line) => line !== "");

const hasTimes = (line: string): boolean =>
  line.length <= LONGEST_TIMES && (TIMES.test(line) || (line.includes("-->") && /\d *: *\d/.test(line)));

/** A cue's times, or in words why they are none. */
function timesOf(line: string): { startMs: number; endMs: number } | string {
  const found = TIMES.exec(line);
  if (!found) return "not a cue's times, such as 00:01.000 --> 00:04.000";
  const startMs = msOf(found.slice(1, 5));
  const endMs = msOf(found.slice(5, 9));
  return endMs < startMs ? "the cue ends before it starts" : { startMs, endMs };
}

function msOf([hours = "0", minutes, seconds, fraction = ""]: (string | undefined)[]): number {
  const ms = Math.round(Number(`0.${fraction || "0"}`) * 1000);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + ms;
}
