/** A cue as it is in the file: its times in milliseconds and its lines with markup. */
export interface RawCue {
  /** The number of the line with its times, from 1. */
  readonly line: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly lines: readonly string[];
}

/** An invalid text in place of a cue; `line` counts from 1. */
export interface BadCue {
  readonly line: number;
  readonly reason: string;
}

/** A longer line contains no times. */
const MAX_TIMES_LENGTH = 400;
const TIME =
  "(?:(\\d{1,4})[ \\t]?:[ \\t]?)?(\\d{1,3})[ \\t]?:[ \\t]?(\\d{1,2})(?:[ \\t]?[.,:][ \\t]?(\\d{1,9}))?";
const TIMES = new RegExp(`^[ \\t]*${TIME}[ \\t]*(?:-{1,3}[ \\t]?-?>|[–—]{1,2}>|→)[ \\t]*${TIME}(?![\\d:])`);
/** The most empty lines between a number and its times. */
const MAX_BLANKS = 8;
const BLOCK_WITHOUT_WORDS = /^(NOTE|STYLE|REGION)(\s|$)/;
const NUMBER = /^[ \t]*\d{1,9}[ \t]*$/;

/**
 * Iterates over the cues of WebVTT (https://www.w3.org/TR/webvtt1/) or SubRip. A cue begins at any line with times and
 * has the lines up to the next one, without the number or name of that one. A line that cannot be read makes its cue
 * invalid.
 */
export function* cuesIn(lines: readonly string[], format: "vtt" | "srt"): Generator<RawCue | BadCue> {
  let cue: { line: number; startMs: number; endMs: number; lines: string[] } | undefined;
  /** Whether the lines belong to no cue, but to an invalid one, a note, a style or nothing. */
  let isSkipping = true;
  /** Empty lines since the last one with text. */
  let blanks = 0;

  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (hasTimes(line)) {
      // Without an empty line between two cues, the number of the second is among the lines of the first.
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
  // A number at the end of the file that continues the count has lost its cue.
  const last = cue.lines.at(-1) ?? "";
  const before = lines[cue.line - 2] ?? "";
  if (cue.lines.length > 1 && NUMBER.test(before) && NUMBER.test(last) && Number(last) === Number(before) + 1)
    cue.lines.pop();
  yield cue;
}

/** Whether a line after an empty one still belongs to the cue. */
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
  // A line right before times is the number or name of their cue; a number at the very end has lost its cue.
  if (NUMBER.test(line) && (next === undefined ? !isWaiting : hasTimes(next))) return false;
  if (hasTimes(lines[at + 1] ?? "")) return isWaiting && format === "srt";
  return isWaiting || format === "srt";
}

/** The next line that is not empty; searches only a few. */
const nextFilled = (lines: readonly string[], from: number): string | undefined =>
  lines.slice(from, from + MAX_BLANKS).find((line) => line !== "");

const hasTimes = (line: string): boolean =>
  line.length <= MAX_TIMES_LENGTH && (TIMES.test(line) || (line.includes("-->") && /\d *: *\d/.test(line)));

/** A cue's times, or a text that says why they are invalid. */
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
