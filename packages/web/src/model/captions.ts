import type { Cue } from "@callboard/video/captions";
import { joinLines } from "@callboard/video/joint";

/** The cues as WebVTT, for a browser's `<track>`. */
export function toVtt(cues: readonly Cue[]): string {
  const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const blocks = cues.map((cue) => `${stamp(cue.startMs)} --> ${stamp(cue.endMs)}\n${escaped(cue.text)}`);
  return `WEBVTT\n\n${blocks.join("\n\n")}\n`;
}

function stamp(at: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  return `${two(at / 3_600_000)}:${two((at / 60_000) % 60)}:${two((at / 1000) % 60)}.${String(at % 1000).padStart(3, "0")}`;
}

/** Cues joined until a pause of two seconds, or half a minute of talk. */
export interface Paragraph {
  startMs: number;
  text: string;
}

/** The captions as paragraphs. */
export function paragraphsOf(cues: readonly Cue[]): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const cue of cues) {
    const text = joinLines(cue.text.split("\n"));
    const last = paragraphs.at(-1);
    const whole = last !== undefined && /[.!?…。！？]["”»」』]?$/.test(last.text);
    if (last && cue.startMs - endMs < 2000 && !(whole && cue.startMs - last.startMs > 30_000))
      last.text = joinLines([last.text, text]);
    else paragraphs.push({ startMs: cue.startMs, text });
    endMs = cue.endMs;
  }
  return paragraphs;
}
