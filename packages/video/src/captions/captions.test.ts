import fc from "fast-check";
import { expect, it } from "vitest";
import { type Captions, readCaptions } from "./captions.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytesOf = (text: string, unit: "latin1" | "utf16le") => new Uint8Array(Buffer.from(text, unit));
const read = (source: string | Uint8Array): Captions & { kind: "captions" } => {
  const captions = readCaptions(typeof source === "string" ? utf8(source) : source);
  if (captions.kind !== "captions") throw new Error(captions.reason);
  return captions;
};
const cuesOf = (source: string | Uint8Array) => read(source).cues;
const textsOf = (source: string | Uint8Array) => cuesOf(source).map(({ text }) => text);
const reasonOf = (source: string | Uint8Array) => {
  const captions = readCaptions(typeof source === "string" ? utf8(source) : source);
  return captions.kind === "captions" ? undefined : captions.reason;
};
const vtt = (...blocks: string[]) => ["WEBVTT", ...blocks].join("\n\n");

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
    "NOTE",
    "for nobody",
    "",
    "01:00:00.000 --> 01:00:02.000",
    "The end.",
    "",
  ].join("\r\n");
  expect(read(source)).toMatchObject({ format: "vtt", encoding: "utf-8", skipped: { count: 0 } });
  expect(cuesOf(source)).toEqual([
    { startMs: 1000, endMs: 4250, text: "Good evening,\nfriends & strangers." },
    { startMs: 3_600_000, endMs: 3_602_000, text: "The end." },
  ]);
});

it("reads SubRip, with and without numbers", () => {
  const source = "1\n00:00:01,000 --> 00:00:02,000\nOne\ntwo\n\n00:00:03,000 --> 00:00:04,000\nthree\n";
  expect(read(source)).toMatchObject({ format: "srt" });
  expect(cuesOf(source)).toEqual([
    { startMs: 1000, endMs: 2000, text: "One\ntwo" },
    { startMs: 3000, endMs: 4000, text: "three" },
  ]);
});

it("keeps a line once that rolls up, as in automatic captions", () => {
  const source = vtt(
    "00:00.000 --> 00:01.990 align:start position:0%\n \nfirst<00:00:00.400><c> we</c><00:00:00.800><c> boil</c>",
    "00:01.990 --> 00:02.000 align:start position:0%\nfirst we boil\n ",
    "00:02.000 --> 00:03.990 align:start position:0%\nfirst we boil\nthe<00:00:02.400><c> water</c>",
    "00:03.990 --> 00:04.000 align:start position:0%\nthe water\n ",
    "00:04.000 --> 00:05.990 align:start position:0%\nthe water\nand<00:00:04.400><c> wait</c>",
  );
  expect(textsOf(source)).toEqual(["first we boil", "the water", "and wait"]);
});

it("keeps a line once that grows word by word", () => {
  const source = vtt(
    "00:00.000 --> 00:01.000\nSoup",
    "00:01.000 --> 00:02.000\nSoup is",
    "00:02.000 --> 00:03.000\nSoup is ready",
    "00:03.000 --> 00:04.000\nSoup is ready\nsit",
    "00:04.000 --> 00:05.000\nSoup is ready\nsit down",
  );
  expect(textsOf(source).join(" ").replaceAll("\n", " ")).toBe("Soup is ready sit down");
});

it("keeps a line once that grows without spaces", () => {
  const source = vtt(
    "00:00.000 --> 00:01.000\nまず玉ねぎ",
    "00:01.000 --> 00:02.000\nまず玉ねぎを炒め",
    "00:02.000 --> 00:03.000\nまず玉ねぎを炒めます",
    "00:03.000 --> 00:04.000\nまず玉ねぎを炒めます\n次に",
    "00:04.000 --> 00:05.000\nまず玉ねぎを炒めます\n次に水を足します",
  );
  expect(textsOf(source).join("\n").split("\n")).toEqual(["まず玉ねぎを炒めます", "次に水を足します"]);
});

it("keeps a line that is repeated after a while", () => {
  const source = vtt(
    "00:00.000 --> 00:01.000\nNo.",
    "00:05.000 --> 00:06.000\nNo.",
    "00:06.000 --> 00:07.000\nNo. Never.",
  );
  expect(textsOf(source)).toEqual(["No.", "No.", "No. Never."]);
});

it("reads a file without empty lines between its cues", () => {
  const source =
    "1\n00:00:00,000 --> 00:00:02,900\nSalt the water.\n2\n00:00:03,000 --> 00:00:05,900\n12\neggs go in.\n3\n00:00:06,000 --> 00:00:08,900\nStir.\n";
  expect(textsOf(source)).toEqual(["Salt the water.", "12\neggs go in.", "Stir."]);
});

it.each([
  ["Windows-1252", bytesOf("1\n00:00:00,000 --> 00:00:02,900\nUn caf\xe9 \x97 l\x92\xe9t\xe9.\n", "latin1")],
  ["UTF-8", utf8("1\n00:00:00,000 --> 00:00:02,900\nUn café — l’été.\n")],
  ["UTF-8 with a mark", utf8("\uFEFF1\n00:00:00,000 --> 00:00:02,900\nUn café — l’été.\n")],
  ["UTF-16 with a mark", bytesOf("\uFEFF1\n00:00:00,000 --> 00:00:02,900\nUn café — l’été.\n", "utf16le")],
  ["UTF-16 without one", bytesOf("1\n00:00:00,000 --> 00:00:02,900\nUn café — l’été.\n", "utf16le")],
  [
    "UTF-16 in the other byte order",
    new Uint8Array(
      Buffer.from("\uFEFF1\n00:00:00,000 --> 00:00:02,900\nUn café — l’été.\n", "utf16le").swap16(),
    ),
  ],
])("reads an old editor's %s", (_, bytes) => {
  expect(textsOf(bytes)).toEqual(["Un café — l’été."]);
});

it("reads a file of UTF-8 that was cut off within a character", () => {
  const bytes = utf8("1\n00:00:00,000 --> 00:00:02,900\nDéjà vu à l’été");
  expect(textsOf(bytes.subarray(0, -1))).toEqual(["Déjà vu à l’ét"]);
});

it.each([
  [
    "SubRip",
    "1\n00:00:00,000 --> 00:00:02,900\nOne.\n\n2\n00:00:03,000 --> 00:00:05,900\n\nTwo.\n\n3\n00:00:06,000 --> 00:00:08,900\nThree.\n",
  ],
  [
    "WebVTT",
    vtt(
      "00:01.000 --> 00:02.000\nOne.",
      "00:03.000 --> 00:04.000 line:79%\n\nTwo.",
      "00:05.000 --> 00:06.000\nThree.",
    ),
  ],
])("reads a cue of %s whose text comes after an empty line", (_, source) => {
  expect(textsOf(source)).toEqual(["One.", "Two.", "Three."]);
});

it.each([
  ["00:00:00,46 --> 00:00:02,83", 460, 2830],
  ["00:00:00.4 --> 00:00:02", 400, 2000],
  ["0:00:01,000-->0:00:02,000", 1000, 2000],
  ["  00:00:01,000  -->  00:00:02,000  X1:40 X2:600 Y1:20 Y2:50", 1000, 2000],
  ["00:00:01:500 --> 00:00:02:500", 1500, 2500],
  ["00 : 00 : 01 , 000 --> 00 : 00 : 02 , 000", 1000, 2000],
  ["00:00:01,000 -> 00:00:02,000", 1000, 2000],
  ["00:00:01,000 –> 00:00:02,000", 1000, 2000],
  ["00:00:01,000 - -> 00:00:02,000", 1000, 2000],
  ["00:00:01.123456 --> 00:00:02.000000", 1123, 2000],
  ["0:0:1,0 --> 0:0:2,0", 1000, 2000],
  ["100:00:01.000 --> 100:00:02.000 align:middle", 360_001_000, 360_002_000],
])("reads the times %j", (line, startMs, endMs) => {
  expect(cuesOf(`1\n${line}\nWords.\n`)).toEqual([{ startMs, endMs, text: "Words." }]);
});

it("reads character references once", () => {
  const words =
    "It&#39;s &quot;R&amp;D&quot; &apos;n&apos; caf&eacute;&nbsp;&#x1F600; &amp;lt;b&amp;gt; &copy; &constructor; &#0;&#55296;end";
  expect(textsOf(vtt(`00:01.000 --> 00:02.000\n${words}`))).toEqual([
    `It's "R&D" 'n' café 😀 &lt;b&gt; © &constructor; end`,
  ]);
});

it("treats a line of spaces neither as an end nor as text", () => {
  const source =
    "1 \n00:00:00,000  -->  00:00:02,900 \nOne.\n   \n2\n00:00:03,000 --> 00:00:05,900\nTwo.\n \n3\n00:00:06,000 --> 00:00:08,900\nThree.";
  expect(textsOf(source)).toEqual(["One.", "Two.", "Three."]);
});

it("removes markup, but nothing that only looks like it", () => {
  const source = vtt(
    '00:01.000 --> 00:02.000\n{\\an8}<font color="#fff">Up</font> {y:i}there',
    "00:03.000 --> 00:04.000\nI <3 you, 2 < 3 > 1 {really}",
    "00:05.000 --> 00:06.000\nHe said<br/>left --> right",
  );
  expect(textsOf(source)).toEqual(["Up there", "I <3 you, 2 < 3 > 1 {really}", "He saidleft --> right"]);
});

it("skips a bad cue, counts it and reads the others", () => {
  const source = vtt(
    "00:01.000 --> 00:02.000\nOne.",
    "00:03.000 --> soon\nlost",
    "00:09.000 --> 00:05.000\nback",
    "00:06.000 --> 00:07.000\nFour.",
  );
  const captions = read(source);
  expect(captions.cues.map(({ text }) => text)).toEqual(["One.", "Four."]);
  expect(captions.skipped).toEqual({
    count: 2,
    first: { line: 6, reason: "not a cue's times, such as 00:01.000 --> 00:04.000" },
  });
});

it("leaves out a lone number at the end, and what belongs to no cue", () => {
  expect(textsOf("Ripped by somebody\n\n1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n")).toEqual(["One."]);
  expect(textsOf(vtt("00:01.000 --> 00:02.000\nOne.", "lost", "outro"))).toEqual(["One."]);
});

it("keeps a SubRip cue's text after an empty line", () => {
  expect(
    textsOf("1\n00:00:01,000 --> 00:00:02,000\nOne\n\nand a half.\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo."),
  ).toEqual(["One\nand a half.", "Two."]);
});

it("treats a number in a cue as text, also after an empty line", () => {
  const source =
    "1\n00:00:01,000 --> 00:00:02,000\n\n500\n\n2\n00:00:03,000 --> 00:00:04,000\n\n\n\n\nI raise.\n\n\n\n3\n00:00:05,000 --> 00:00:06,000\n900";
  expect(textsOf(source)).toEqual(["500", "I raise.", "900"]);
});

it("keeps a spoken number in a file with an empty line after every line", () => {
  const source =
    "1\n00:00:01,000 --> 00:00:02,000\nIt was in 1984.\n1984\nwas a year.\n\n2\n00:00:03,000 --> 00:00:04,000\nYes.\n";
  const said = [["It was in 1984.", "1984", "was a year."].join("\n"), "Yes."];
  expect(textsOf(source)).toEqual(said);
  expect(textsOf(source.replaceAll("\n", "\r\r\n"))).toEqual(said);
});

it("treats control characters as spaces", () => {
  expect(textsOf(vtt("00:01.000 --> 00:02.000\none\u0000\u0007two"))).toEqual(["one two"]);
});

it.each([
  ["a recipe", "Take two eggs\nand flour", /^no times, such as .*, in 2 lines$/],
  ["nothing", "", /^it is empty$/],
  [
    "cues without words",
    vtt("00:01.000 --> 00:02.000\n<b></b>", "00:02.000 --> 00:03.000\n "),
    /^2 cues without any words$/,
  ],
  [
    "invalid times",
    vtt("00:01.000 --> soon\nHello"),
    /^none of 1 cue can be read; line 3: not a cue's times/,
  ],
  [
    "an end before its start",
    vtt("00:05.000 --> 00:02.000\nHello"),
    /line 3: the cue ends before it starts$/,
  ],
  ["the bytes of a picture", bytesOf("\x89PNG\x00\x00", "latin1"), /^it is a picture$/],
  ["a video", bytesOf("\x00\x00\x00\x20ftypisom", "latin1"), /^it is a video \(MP4\)$/],
  ["a web page", "<!DOCTYPE html><html></html>", /^it is a web page$/],
  ["an archive", "PK\u0003\u0004", /^it is a ZIP archive$/],
])("says what was found instead of captions in %s", (_, source, reason) => {
  expect(reasonOf(source)).toMatch(reason);
});

it("distinguishes captions without text from a file that has no captions", () => {
  const kindOf = (source: string) => readCaptions(utf8(source)).kind;
  expect(["WEBVTT\n", vtt("00:01.000 --> 00:02.000\n"), "no", ""].map(kindOf)).toEqual([
    "empty",
    "empty",
    "not_captions",
    "not_captions",
  ]);
});

it("keeps 50,000 cues, and counts those after them", () => {
  const cue = (n: number) => `00:00.${String(n % 1000).padStart(3, "0")} --> 00:59.999\nword ${n}\n`;
  const source = `WEBVTT\n\n${Array.from({ length: 50_001 }, (_, n) => cue(n)).join("\n")}`;
  const { cues, skipped } = read(source);
  expect([cues.length, skipped.count]).toEqual([50_000, 1]);
});

it.each([
  ["one line", "a".repeat(5_000_000)],
  ["one tag that never ends", `1\n00:00:01,000 --> 00:00:02,000\n${"<b".repeat(2_000_000)}`],
  ["digits and colons", "1:".repeat(2_500_000)],
  ["arrows", "-->".repeat(1_600_000)],
  ["short lines of digits", "1:1\n".repeat(1_200_000)],
  ["references", `1\n00:00:01,000 --> 00:00:02,000\n${"&".repeat(4_000_000)}`],
])("reads %s of five megabytes in limited time", (_, source) => {
  readCaptions(utf8(source));
});

const word = fc.stringMatching(/^[a-zäß中😀]{1,8}$/u);
const block = fc.record({
  gapMs: fc.integer({ min: 200, max: 5_000 }),
  words: fc.array(word, { minLength: 1, maxLength: 4 }),
});

it("reads every cue of a valid file, in each format, with any line ends and encoding", () => {
  fc.assert(
    fc.property(
      fc.array(block, { minLength: 1, maxLength: 12 }),
      fc.constantFrom("vtt", "srt"),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.boolean(),
      (blocks, format, end, wide) => {
        let at = 0;
        const stamp = (ms: number) =>
          new Date(ms)
            .toISOString()
            .slice(11, 23)
            .replace(".", format === "srt" ? "," : ".");
        const cues = blocks.map(({ gapMs, words }, n) => {
          at += gapMs;
          const times = `${stamp(at)} --> ${stamp(at + 50)}`;
          return [...(format === "srt" ? [String(n + 1)] : []), times, ...words].join(end);
        });
        const source = (format === "vtt" ? ["WEBVTT", ...cues] : cues).join(end + end);
        const bytes = wide ? bytesOf(`\uFEFF${source}`, "utf16le") : utf8(source);
        expect(textsOf(bytes)).toEqual(blocks.map(({ words }) => words.join("\n")));
      },
    ),
  );
});

it("never fails, whatever the bytes are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void readCaptions(bytes)));
  const pieces = [
    "\n",
    "\r\n",
    " ",
    "-->",
    "00:01.000",
    "00:02,5",
    "1",
    "NOTE",
    "<c>",
    "&amp;",
    "WEBVTT",
    "x",
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
      const captions = readCaptions(utf8(parts.join("")));
      if (captions.kind === "captions")
        for (const { startMs, endMs, text } of captions.cues)
          expect(endMs >= startMs && text !== "").toBe(true);
    }),
  );
});
