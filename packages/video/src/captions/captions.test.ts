import { expect, it } from "vitest";
import { cuesToShow, parseCaptions } from "./captions.ts";

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

it("reads a cue that follows WebVTT's header without a blank line", () => {
  expect(cuesOf("WEBVTT\n00:01.000 --> 00:02.000\nHello\n")).toMatchObject([{ text: "Hello" }]);
});

it("takes an entity that it does not know for what it says", () => {
  expect(cuesOf("WEBVTT\n\n00:01.000 --> 00:02.000\n&constructor; &copy;\n")).toMatchObject([
    { text: "&constructor; &copy;" },
  ]);
});

it("keeps the lines of a cue that is to be shown", () => {
  const vtt = `WEBVTT - a talk\n\nNOTE nobody reads this\n\nintro\n00:01.000 --> 00:02.500 align:start\n<v Ana>Good &amp; early</v>\n\n01:00:00.000 --> 01:00:01.000\ntwo\nlines\n`;
  expect(cuesToShow(vtt)).toEqual([
    { startMs: 1000, endMs: 2500, text: "Good & early" },
    { startMs: 3_600_000, endMs: 3_601_000, text: "two\nlines" },
  ]);
});

it("shows SubRip with Windows line ends and a byte order mark", () => {
  const srt =
    "\uFEFF1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n\r\n2\r\n00:00:02,000 --> 00:00:03,000\r\nthere\r\n";
  expect(cuesToShow(srt).map((cue) => cue.text)).toEqual(["Hello", "there"]);
});

it("shows nothing of what is not captions", () => {
  expect(cuesToShow("<html>not captions</html>")).toEqual([]);
});

it("shows what can be read of a file that a strict reader refuses", () => {
  const source = "intro\n00:72:01,000 --> 00:72:02,000\nlate\n\nlost\n\n00:05.000 --> 00:02.000\nback\n";
  expect(parseCaptions(source)).toMatchObject({ kind: "not_captions", line: 1 });
  expect(cuesToShow(source)).toEqual([
    { startMs: 4_321_000, endMs: 4_322_000, text: "late" },
    { startMs: 5000, endMs: 2000, text: "back" },
  ]);
});
