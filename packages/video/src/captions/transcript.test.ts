import { expect, it } from "vitest";
import { transcribeCues } from "./transcript.ts";

const cue = (startMs: number, text: string) => ({ startMs, endMs: startMs + 1000, text });

it("joins cues into prose and starts a paragraph after a silence", () => {
  const said = transcribeCues([cue(0, "Good"), cue(1000, "evening."), cue(5000, "We begin.")]);
  expect(said).toEqual({ text: "Good evening.\nWe begin.", truncated: false, words: 4, keptWords: 4 });
});

it("joins the lines of a cue to one line", () => {
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

it("puts no space between the letters of a script that has none, and one where two scripts meet", () => {
  const said = transcribeCues([
    cue(0, "今日は、ワークフローが\n人に質問する仕組みを"),
    cue(1000, "お話しします。"),
    cue(2000, "AWS\nLambda"),
    cue(3000, "を使います。\n「待つ」"),
    cue(4000, "だけです。"),
    cue(9000, "終わり。"),
  ]);
  expect(said.text).toBe(
    "今日は、ワークフローが人に質問する仕組みをお話しします。 AWS Lambda を使います。「待つ」だけです。\n終わり。",
  );
});

it.each([
  ["한국어는 띄어쓰기를", "합니다.", "한국어는 띄어쓰기를 합니다."],
  ["这个会议", "讨论预算。", "这个会议讨论预算。"],
  ["วันนี้", "เราจะ", "วันนี้เราจะ"],
  ["ｷｮｳﾊ", "ｲｲ ﾃﾝｷ", "ｷｮｳﾊｲｲ ﾃﾝｷ"],
  ["そして𠮷野家", "で食べる", "そして𠮷野家で食べる"],
])("joins %s and %s as their script is written", (one, other, whole) => {
  expect(transcribeCues([cue(0, `${one}\n${other}`)]).text).toBe(whole);
});

it("counts the words of a script without spaces, and cuts it at the end of a sentence", () => {
  const said = transcribeCues([cue(0, "今日は雨です。明日は晴れます。明後日は雪が降るでしょう。")], 60);
  expect(said).toMatchObject({ text: "今日は雨です。明日は晴れます。", truncated: true });
  expect(said.words).toBeGreaterThan(12);
  expect(said.keptWords).toBeLessThan(said.words);
});
