import type { Cue } from "./captions.ts";
import { gapBetween, SPACELESS } from "./joint.ts";

/** The most bytes of a transcript in a state machine, whose states carry at most 256 KB. */
const TRANSCRIPT_LIMIT = 100 * 1024;

/** A silence of this length starts a new paragraph. */
const PARAGRAPH_GAP_MS = 1500;

/** The plain text of a talk, and whether it was cut. */
export interface Transcript {
  readonly text: string;
  readonly truncated: boolean;
  /** Words in the talk, and words in `text`. */
  readonly words: number;
  readonly keptWords: number;
}

/** Joins cues into prose, and cuts it at the end of a sentence to fit `limit` bytes of UTF-8. */
export function transcribeCues(cues: readonly Cue[], limit = TRANSCRIPT_LIMIT): Transcript {
  const parts: string[] = [];
  let before: Cue | undefined;
  for (const cue of cues) {
    const isParagraph = before && cue.startMs - before.endMs >= PARAGRAPH_GAP_MS;
    for (const [n, line] of cue.text.split("\n").entries()) {
      const last = parts.at(-1);
      if (last !== undefined) parts.push(n === 0 && isParagraph ? "\n" : gapBetween(last, line));
      parts.push(line);
    }
    before = cue;
  }
  const text = parts.join("");
  const kept = cutAtSentence(text, limit);
  return { text: kept, truncated: kept !== text, words: countWords(text), keptWords: countWords(kept) };
}

function cutAtSentence(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  let end = limit;
  // Never inside a character: bytes after its first are 10xxxxxx.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  const head = bytes.subarray(0, end).toString("utf8");
  const sentence = /[\s\S]*(?:[.!?…]["'”’)]?(?=\s)|[。！？][」』）]?)/.exec(head)?.[0] ?? "";
  if (sentence.length > head.length / 2) return sentence;
  const word = head.lastIndexOf(" ");
  return word > head.length / 2 ? head.slice(0, word) : head;
}

/** In scripts without spaces, words are found by a dictionary. */
function countWords(text: string): number {
  if (!SPACELESS.test(text)) return text.match(/\S+/g)?.length ?? 0;
  let count = 0;
  for (const { isWordLike } of new Intl.Segmenter("ja", { granularity: "word" }).segment(text))
    if (isWordLike) count++;
  return count;
}
