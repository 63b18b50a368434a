import { expect, it } from "vitest";
import { paragraphsOf, parseCaptions, toVtt } from "./captions.ts";

it("reads WebVTT with notes, ids, settings and markup", () => {
  const vtt = `WEBVTT - a talk\n\nNOTE nobody reads this\n\nintro\n00:01.000 --> 00:02.500 align:start\n<v Ana>Good &amp; early</v>\n\n01:00:00.000 --> 01:00:01.000\ntwo\nlines\n`;
  expect(parseCaptions(vtt)).toEqual([
    { startMs: 1000, endMs: 2500, text: "Good & early" },
    { startMs: 3_600_000, endMs: 3_601_000, text: "two\nlines" },
  ]);
});

it("reads SubRip with Windows line ends and a byte order mark", () => {
  const srt =
    "\uFEFF1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n\r\n2\r\n00:00:02,000 --> 00:00:03,000\r\nthere\r\n";
  expect(parseCaptions(srt).map((cue) => cue.text)).toEqual(["Hello", "there"]);
});

it("finds nothing in what is not captions", () => {
  expect(parseCaptions("<html>not captions</html>")).toEqual([]);
});

it("writes WebVTT that it reads back the same", () => {
  const cues = [{ startMs: 3_723_004, endMs: 3_724_500, text: "a < b & c" }];
  expect(parseCaptions(toVtt(cues))).toEqual(cues);
});

it("starts a new paragraph after a pause", () => {
  const cues = [
    { startMs: 0, endMs: 1000, text: "One" },
    { startMs: 1000, endMs: 2000, text: "sentence." },
    { startMs: 6000, endMs: 7000, text: "Another." },
  ];
  expect(paragraphsOf(cues)).toEqual([
    { startMs: 0, text: "One sentence." },
    { startMs: 6000, text: "Another." },
  ]);
});
