import { expect, it } from "vitest";
import { parseCaptions } from "./captions.ts";

const cuesOf = (source: string) => {
  const captions = parseCaptions(source);
  if (captions.kind !== "captions") throw new Error(`line ${captions.line}: ${captions.reason}`);
  return captions.cues;
};

it("reads WebVTT with its header, notes, styles, names, settings and markup", () => {
  const source = [
    "\uFEFFWEBVTT - A talk",
    "Kind: captions",
    "",
    "NOTE made by hand",
    "",
    "STYLE",
    "::cue { color: red }",
    "",
    "intro",
    "00:01.000 --> 00:04.250 align:start position:0%",
    "<v Ana>Good <i>evening</i>,",
    "friends &amp; strangers.",
    "",
    "01:00:00.000 --> 01:00:02.000",
    "The end.",
    "",
  ].join("\r\n");
  expect(cuesOf(source)).toEqual([
    { startMs: 1000, endMs: 4250, text: "Good evening, friends & strangers." },
    { startMs: 3_600_000, endMs: 3_602_000, text: "The end." },
  ]);
});

it("reads SubRip, with and without numbers", () => {
  const source = "1\n00:00:01,000 --> 00:00:02,000\nOne\ntwo\n\n00:00:03,000 --> 00:00:04,000\nthree\n";
  expect(cuesOf(source)).toEqual([
    { startMs: 1000, endMs: 2000, text: "One two" },
    { startMs: 3000, endMs: 4000, text: "three" },
  ]);
  expect(parseCaptions(source)).toMatchObject({ format: "srt" });
});

it.each([
  ["a recipe", "Take two eggs\nand flour", 1],
  ["times that are none", "WEBVTT\n\n00:01.000 --> soon\nHello", 3],
  ["a name without times", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\nlost", 6],
  ["minutes over 59", "1\n00:72:01,000 --> 00:73:02,000\nHello", 2],
  ["an end before its start", "WEBVTT\n\n00:05.000 --> 00:02.000\nHello", 3],
  ["the bytes of a picture", "\u0089PNG\u0000\u0000", 1],
])("names the line of %s", (_, source, line) => {
  expect(parseCaptions(source)).toMatchObject({ kind: "not_captions", line });
});

it("takes control characters for spaces", () => {
  expect(cuesOf("WEBVTT\n\n00:01.000 --> 00:02.000\none\u0000\u0007two\n")[0]).toMatchObject({
    text: "one two",
  });
});

it("leaves out cues without words", () => {
  expect(cuesOf("WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>\n")).toEqual([]);
  expect(cuesOf("")).toEqual([]);
});

it("reads a file of 50,000 cues in linear time", () => {
  const cue = (n: number) => `00:00.${String(n % 1000).padStart(3, "0")} --> 00:59.999\nword ${n}\n`;
  const source = `WEBVTT\n\n${Array.from({ length: 50_000 }, (_, n) => cue(n)).join("\n")}`;
  expect(cuesOf(source)).toHaveLength(50_000);
  expect(parseCaptions(`${source}\n${cue(1)}`)).toMatchObject({ kind: "not_captions" });
});
