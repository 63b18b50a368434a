import { expect, it } from "vitest";
import { transcribeCues } from "./transcript.ts";

const cue = (startMs: number, text: string) => ({ startMs, endMs: startMs + 1000, text });

it("joins cues into prose and starts a paragraph after a silence", () => {
  const said = transcribeCues([cue(0, "Good"), cue(1000, "evening."), cue(5000, "We begin.")]);
  expect(said).toEqual({ text: "Good evening.\nWe begin.", truncated: false, words: 4, keptWords: 4 });
});

it("makes one line of the lines of a cue", () => {
  expect(transcribeCues([cue(0, "Hello\nthere,"), cue(1000, "you.")]).text).toBe("Hello there, you.");
});

it("cuts at the end of a sentence, and says so", () => {
  const said = transcribeCues([cue(0, "One two three. Four five six. Seven eight nine.")], 34);
  expect(said).toEqual({
    text: "One two three. Four five six.",
    truncated: true,
    words: 9,
    keptWords: 6,
  });
});

it("never cuts inside a character", () => {
  const said = transcribeCues([cue(0, "日本語".repeat(100))], 100);
  expect(said.text).toBe("日本語".repeat(11));
  expect(Buffer.byteLength(said.text)).toBeLessThanOrEqual(100);
});
