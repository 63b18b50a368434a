import fc from "fast-check";
import { expect, it } from "vitest";
import { proposePhrases, proposeSentences } from "../propose.ts";
import { bunsetsuOf, nounsOf } from "./japanese-words.ts";
import { languageOf, widthOf } from "./language.ts";
import { plainForm } from "./plain-form.ts";
import { hardTalks, japaneseTalks, otherTalks } from "./testing/talks.ts";

const methods = [
  ["sentences", proposeSentences],
  ["phrases", proposePhrases],
] as const;
const talks = Object.entries({ ...japaneseTalks, ...hardTalks });
const each = methods.flatMap(([method, propose]) =>
  talks.map(([name, talk]) => [name, method, talk, propose] as const),
);
const titlesOf = (proposals: readonly { title: string }[]) => proposals.map(({ title }) => title);

it.each([
  ["ja", japaneseTalks.料理],
  ["ja", hardTalks.mixed],
  ["ja", hardTalks.halfWidth],
  ["zh", otherTalks.chinese],
  ["ko", otherTalks.korean],
  ["th", otherTalks.thai],
  ["en", "Good evening, and welcome. The word 幕 is Japanese and means curtain."],
  ["en", "Grüße aus Köln. Il était une fois."],
  ["en", ""],
])("recognizes that a text is %s", (language, text) => {
  expect(languageOf(text)).toBe(language);
});

it.each([
  ["牛肉を中火で炒めます", "牛肉を中火で炒める"],
  ["ワークフローが目を覚まします", "ワークフローが目を覚ます"],
  ["返事を待つことはできません", "返事を待つことはできない"],
  ["目標に届きませんでした", "目標に届かなかった"],
  ["国家を作り上げていきました", "国家を作り上げていった"],
  ["京都に行きました", "京都に行った"],
  ["バスに乗りましょう", "バスに乗る"],
  ["予定を確認します", "予定を確認する"],
  ["本を読みますね", "本を読む"],
  ["水を飲みました", "水を飲んだ"],
  ["席を立ちません", "席を立たない"],
  ["机の上にあります", "机の上にある"],
  ["問題ではありません", "問題ではない"],
  ["鳥の声が聞こえています", "鳥の声が聞こえている"],
  ["クロークの番号札のようなものです", "クロークの番号札のようなもの"],
  ["時代の終わりを告げる出来事だったのです", "時代の終わりを告げる出来事だった"],
  ["とても美しいです", "とても美しい"],
  ["冷ます時間が一番のコツなんです", "冷ます時間が一番のコツ"],
  ["遅れが原因だと思います", "遅れが原因だ"],
  ["日本で一番高い塔だそうです", "日本で一番高い塔"],
])("writes 「%s」 as titles do", (polite, plain) => {
  expect(plainForm(polite)).toBe(plain);
});

it("puts pieces of a long word of katakana together, and leaves verbs out", () => {
  const nouns = (text: string) => nounsOf(text).map((noun) => noun.text);
  expect(nouns("タスクトークンの仕組みを、AWS Lambda で動かします。")).toEqual([
    "タスクトークン",
    "仕組み",
    "AWS Lambda",
  ]);
  expect(nouns("玉ねぎを弱火で炒め、急激な変化を承認しました。")).toEqual(["玉ねぎ", "弱火", "変化"]);
});

it("splits a sentence only between phrases", () => {
  expect(bunsetsuOf("京都の清水寺から見る夕焼けは、とても美しいです。")).toEqual([
    "京都の",
    "清水寺から",
    "見る",
    "夕焼けは、",
    "とても",
    "美しいです。",
  ]);
});

it.each(each)("proposes titles of %s that read like Japanese ones (%s)", (name, _, transcript, propose) => {
  const proposals = propose({ transcript, hint: "", earlier: [] });
  const titles = titlesOf(proposals);
  expect(new Set(titles).size).toBe(titles.length);
  if (name !== "short") expect(titles).toHaveLength(3);
  for (const { title, description } of proposals) {
    expect(widthOf(title)).toBeLessThanOrEqual(30);
    expect(widthOf(title)).toBeGreaterThanOrEqual(4);
    // No greeting, no speaker, no polite ending, and no particle at the end.
    expect(title).not.toMatch(/こんにちは|おはよう|ありがとう|お願いします|チャンネル登録|司会|田中|[:：]/u);
    expect(title).not.toMatch(/(?:[、。をはがに]|です|ます|ました)$/u);
    expect(title).not.toMatch(/[\uFF66-\uFF9F]/);
    expect(title).not.toMatch(/^[、。ー]/u);
    expect(description).toMatch(/[。？！]$/u);
    expect(description).not.toMatch(/^(?:田中|司会|佐藤)：/u);
    expect(description.length).toBeLessThanOrEqual(160);
  }
});

it.each(each)("proposes other titles of %s in each round (%s)", (name, _, transcript, propose) => {
  if (name === "short") return;
  const earlier: string[] = [];
  for (let round = 1; round <= 3; round++) {
    const titles = titlesOf(propose({ transcript, hint: "", earlier }));
    expect(titles).toHaveLength(3);
    expect(titles.filter((title) => earlier.includes(title))).toEqual([]);
    earlier.push(...titles);
  }
});

it.each(methods)("follows hints in Japanese (%s)", (_, propose) => {
  const ask = (hint: string) => titlesOf(propose({ transcript: japaneseTalks.料理, hint, earlier: [] }));
  const long = ask("").reduce((sum, title) => sum + widthOf(title), 0);
  expect(ask("もっと短くしてください").reduce((sum, title) => sum + widthOf(title), 0)).toBeLessThan(long);
  for (const title of ask("短く")) expect(widthOf(title)).toBeLessThanOrEqual(14);
  for (const title of ask("質問の形にして")) expect(title).toMatch(/？$/u);
  expect(ask("醤油について")[0]).toContain("醤油");
  for (const title of ask("象の話を入れて")) expect(title).toMatch(/^象：/u);
  expect(ask("mention elephants").every((title) => title.includes("elephants"))).toBe(true);
});

it.each(
  Object.entries(otherTalks).flatMap(([name, talk]) =>
    methods.map(([method, propose]) => [name, method, talk, propose] as const),
  ),
)("proposes three titles of a talk in %s (%s)", (_, __, transcript, propose) => {
  const proposals = propose({ transcript, hint: "", earlier: [] });
  expect(new Set(titlesOf(proposals)).size).toBe(3);
  for (const { title } of proposals) {
    expect(title).not.toMatch(/안녕|大家好|谢谢|สวัสดี|ขอบคุณ|undefined/u);
    expect(widthOf(title)).toBeLessThanOrEqual(30);
  }
});

it.each(methods)("finds a title for any letters (%s)", (_, propose) => {
  const letters = [
    ..."今日は雨です。、「」『あいうえおアイウｱﾝーっん々AWS 12:？！\n한글합니다中文的ไทย👨‍👩‍👧𠮷",
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...letters), { maxLength: 200 }),
      fc.constantFrom("", "短く", "質問", "象"),
      (text, hint) => {
        const proposals = propose({ transcript: text.join(""), hint, earlier: ["雨"] });
        expect(proposals.length).toBeGreaterThan(0);
        for (const { title, description } of proposals) {
          expect(`${title}${description}`).not.toMatch(/\p{Cs}/u);
          expect(widthOf(title)).toBeLessThanOrEqual(80);
        }
      },
    ),
    { numRuns: 300 },
  );
});

it.each(methods)("reads a Japanese talk of 100 KB in a moment (%s)", (_, propose) => {
  const long = Array.from(
    { length: 1200 },
    (_, n) => `第${n}章では話者${n % 97}が道具${n % 31}の使い方を説明します。`,
  );
  expect(propose({ transcript: long.join(""), hint: "", earlier: [] })).not.toEqual([]);
});
