import type { Texts } from "../en/index.ts";

/** Texts of field problems; numbers are already formatted for the reader. */
export const form: Texts["form"] = {
  needed: "必須項目です。",
  tooShort: (least) => `${least}文字以上で入力してください。`,
  tooLong: (most, length) => `${most}文字以内で入力してください（現在${length}文字）。`,
  notADate: "日付を2026-01-31の形で入力してください。",
  notAMoment: "日付と時刻を2026-01-31T14:30の形で入力してください。",
  notATime: "時刻を14:30の形で入力してください。",
  notAnEmail: "メールアドレスを入力してください。",
  notAnAddress: "https://example.com/のように、アドレス全体を入力してください。",
  notANumber: "数値ではありません。",
  notJson: "JSONではありません。",
  lossyNumber: "桁数が多すぎるか、大きすぎる数値です。",
  lossyNumberAt: (place) => `${place}の数値は、桁数が多すぎるか、大きすぎます。`,
  twoReadings: (one, other) => `${one}か${other}か判別できません。どちらかの形で入力してください。`,
  notWhole: (number) => `整数を入力してください（現在は${number}）。`,
  tooSmall: (least) => `${least}以上にしてください。`,
  tooLarge: (most) => `${most}以下にしてください。`,
  notAbove: (bound) => `${bound}より大きくしてください。`,
  notBelow: (bound) => `${bound}より小さくしてください。`,
  notAMultiple: (of) => `${of}の倍数にしてください。`,
  onlyYes: "「はい」だけが有効です。",
  onlyNo: "「いいえ」だけが有効です。",
  tooFew: (least) => `${least}件以上必要です。`,
  tooMany: (most) => `${most}件までです。`,
  twoEqual: "同じ項目が重複しています。",
};
