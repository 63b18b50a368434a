import type { FormProblem } from "@callboard/client/headless";
import { expect, it } from "vitest";
import { englishForTests, japaneseForTests } from "../testing/words.ts";
import { problemText } from "./form-problem.ts";

it.each<[FormProblem, string, string]>([
  [{ code: "needed" }, "This is needed.", "必須項目です。"],
  [{ code: "too_short", least: 1, length: 0 }, "At least 1 character.", "1文字以上で入力してください。"],
  [
    { code: "too_long", most: 3, length: 4 },
    "At most 3 characters; these are 4.",
    "3文字以内で入力してください（現在4文字）。",
  ],
  [
    { code: "two_readings", readings: ["1234", "1,234"] },
    "Is it 1234 or 1,234? Write it like one of these.",
    "1234か1,234か判別できません。どちらかの形で入力してください。",
  ],
  [
    { code: "lossy_number", at: "a.0" },
    "The number at a.0 has more digits than can be kept, or is too large.",
    "a.0の数値は、桁数が多すぎるか、大きすぎます。",
  ],
  [{ code: "too_small", least: "0,5" }, "At least 0,5.", "0,5以上にしてください。"],
  [{ code: "said", text: "must be less than 10" }, "must be less than 10", "must be less than 10"],
])("says %j in both languages", (problem, english, japanese) => {
  expect([problemText(problem, englishForTests), problemText(problem, japaneseForTests)]).toEqual([
    english,
    japanese,
  ]);
});
