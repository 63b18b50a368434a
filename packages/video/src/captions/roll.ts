/** A cue's times in milliseconds, and its lines without markup. */
export interface CueOfLines {
  readonly startMs: number;
  readonly endMs: number;
  readonly lines: readonly string[];
}

/** Cues that are no further apart than this may be rolling captions. Milliseconds. */
const CLOSE_MS = 100;
/** The most lines that roll at once. */
const MAX_ROLLING = 8;

/**
 * Removes repeats of rolling captions. They show a line again as it moves up, and some as it grows. If a tenth of the
 * cues do so, each line is kept where it is first complete. Otherwise, only a cue that repeats the one right before it
 * is removed.
 */
export function foldRolling(cues: readonly CueOfLines[]): CueOfLines[] {
  let rolls = 0;
  let growths = 0;
  for (let n = 1; n < cues.length; n++) {
    const { lines, grows } = repeatedIn(cues[n - 1]!, cues[n]!, true);
    if (grows) growths++;
    else if (lines > 0 && lines < cues[n]!.lines.length) rolls++;
  }
  // A single line that continues while the next begins may be intended.
  const isRolling = rolls + growths > (rolls > 0 ? 0 : 1) && (rolls + growths) * 10 >= cues.length - 1;
  const folded: { startMs: number; endMs: number; lines: readonly string[] }[] = [];
  let before: CueOfLines | undefined;
  for (const cue of cues) {
    const last = folded.at(-1);
    const repeated = before ? repeatedIn(before, cue, isRolling) : nothingBefore;
    if (repeated.grows && last) {
      // The longer line replaces its beginning.
      last.lines = [
        ...last.lines.slice(0, -1),
        cue.lines[repeated.lines]!,
        ...cue.lines.slice(repeated.lines + 1),
      ];
      last.endMs = Math.max(last.endMs, cue.endMs);
    } else if (repeated.lines < cue.lines.length) {
      folded.push({ startMs: cue.startMs, endMs: cue.endMs, lines: cue.lines.slice(repeated.lines) });
    } else if (last) last.endMs = Math.max(last.endMs, cue.endMs);
    before = cue;
  }
  return folded;
}

/** What a cue repeats of the one before it. */
interface Repeated {
  /** How many of its first lines are the last ones of the cue before it. */
  readonly lines: number;
  /** Whether the next line is the last one of that cue, with more text. */
  readonly grows: boolean;
}

const nothingBefore: Repeated = { lines: 0, grows: false };

function repeatedIn(before: CueOfLines, cue: CueOfLines, isRolling: boolean): Repeated {
  if (cue.startMs < before.startMs || cue.startMs > before.endMs + CLOSE_MS) return nothingBefore;
  const { lines: former } = before;
  const { lines } = cue;
  if (former.length === lines.length && former.every((line, n) => line === lines[n]))
    return { lines: lines.length, grows: false };
  if (!isRolling) return nothingBefore;
  for (let from = Math.max(0, former.length - MAX_ROLLING); from < former.length; from++) {
    const left = former.slice(from);
    if (left.length > lines.length) continue;
    const same = left.every((line, n) => line === lines[n]);
    if (same) return { lines: left.length, grows: false };
    const all = left.slice(0, -1).every((line, n) => line === lines[n]);
    if (all && isGrown(left.at(-1)!, lines[left.length - 1]!)) return { lines: left.length - 1, grows: true };
  }
  return nothingBefore;
}

/** Whether a line continues another: after a space, or after a letter of a script without spaces. */
const isGrown = (before: string, line: string): boolean =>
  line.length > before.length &&
  line.startsWith(before) &&
  (line[before.length] === " " || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]$/u.test(before));
