import type { Cue } from "./captions.ts";
import { gapBetween, SPACELESS } from "./joint.ts";

/** Bytes of a transcript that goes through a state machine, whose states carry 256 KB at most. */
const TRANSCRIPT_LIMIT = 100 * 1024;

/** A silence of this length starts a new paragraph. */
const PARAGRAPH_GAP_MS = 1500;

/** The plain words of a talk, and whether they had to be cut. */
export interface Transcript {
  readonly text: string;
  readonly truncated: boolean;
  /** Words that were said, and words that `text` kept. */
  readonly words: number;
  readonly keptWords: number;
}

/** Joins cues into prose, cut at the end of a sentence so that it fits `limit` bytes of UTF-8. */
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
  // Never inside a character: its following bytes are 10xxxxxx.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  const head = bytes.subarray(0, end).toString("utf8");
  const sentence = /[\s\S]*(?:[.!?…]["'”’)]?(?=\s)|[。！？][」』）]?)/.exec(head)?.[0] ?? "";
  if (sentence.length > head.length / 2) return sentence;
  const word = head.lastIndexOf(" ");
  return word > head.length / 2 ? head.slice(0, word) : head;
}

/** Words are found by a dictionary where no space parts them. */
function countWords(text: string): number {
  if (!SPACELESS.test(text)) return text.match(/\S+/g)?.length ?? 0;
  let count = 0;
  for (const { isWordLike } of new Intl.Segmenter("ja", { granularity: "word" }).segment(text))
    if (isWordLike) count++;
  return count;
}
