import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { plain } from "../testing/plain.ts";
import { requestOf } from "../testing/request.ts";
import { japaneseForTests as words } from "../testing/words.ts";
import { principalsText } from "./assignees.ts";
import { endingOf, receiptText } from "./ending.ts";
import { executionText, spokenChanges } from "./progress.ts";
import { defaultText } from "./question.ts";
import { refusalText } from "./refusal.ts";
import { sizeText } from "./selection.ts";
import { waitingText } from "./subject.ts";
import { durationText, momentText } from "./time.ts";
import { labelOf, reasonText, sentence } from "./words.ts";

const titles = () => "グローブ座の夜";
const reply = {
  verb: "pick",
  candidateId: "a-1",
  replyId: "r1",
  round: 1,
  by: { id: "ana", name: "花子" },
  at: halfPastTwo,
} as const;
const told = (more: object, me?: string) => {
  const { what, delivery = "" } = endingOf(requestOf(more), titles, me, halfPastTwo, words)!;
  return plain(`${what}${delivery}`);
};

it("writes times in the time zone of Tokyo, where it is another day", () => {
  expect(momentText(halfPastTwo, halfPastTwo, words)).toBe("22:30");
  const beforeMidnight = Date.UTC(2026, 4, 1, 14, 59);
  expect(momentText(beforeMidnight, beforeMidnight + 120_000, words)).toBe("2026/05/01 23:59");
});

it("writes lengths of time and sizes without spaces between words", () => {
  expect([durationText(245_000, words), durationText(90_000_000, words), durationText(0, words)]).toEqual([
    "4分5秒",
    "1日1時間",
    "0秒",
  ]);
  expect([sizeText(512, words), sizeText(3_400_000, words)]).toEqual(["512バイト", "3.2 MB"]);
});

it("shows who answered what, in Japanese word order", () => {
  expect(told({ state: "relayed", reply })).toBe(
    "22:30に花子さんが「グローブ座の夜」を選びました。ワークフローに届きました。",
  );
  expect(told({ state: "answered", reply: { ...reply, comment: "短いほうがよい" } }, "ana")).toBe(
    "22:30にあなたがコメント「短いほうがよい」を付けて「グローブ座の夜」を選びました。ワークフローに渡しています…",
  );
  const system = { ...reply, by: { id: "system", name: "system" } };
  expect(told({ state: "undeliverable", reply: system, reason: "wait_gone" })).toBe(
    "期限までに回答がなかったため、22:30にシステムが「グローブ座の夜」を採用しました。ワークフローには届きませんでした。ワークフローはすでに待つのをやめていました。",
  );
});

it("shows what happens at the deadline, and the outcome of an answer", () => {
  const request = requestOf({ deadline: halfPastTwo + 120_000, default: { verb: "approve" } });
  expect(plain(defaultText(request, titles, halfPastTwo, words))).toBe(
    "何もしなければ、22:32に承認として扱われます。",
  );
  const receipt = { replyId: "r1", requestId: "req_aaaaaaaaaa", subject: "video/v_1", at: 5 } as const;
  expect(plain(receiptText({ ...receipt, verb: "reject", status: "relayed" }, "基調講演", words))).toBe(
    "基調講演：却下しました。ワークフローに届きました。",
  );
});

it("shows why an answer was not accepted", () => {
  const details = { by: { id: "bo", name: "Bo" }, at: halfPastTwo, verb: "regenerate" };
  expect(plain(refusalText("already_answered", details, { me: "ana", now: halfPastTwo }, words))).toBe(
    "22:30にBoさんが先に別の候補を依頼しました。あなたの回答は採用されませんでした。",
  );
  expect(refusalText("rate_limited", { retryAfterMs: 42_300 }, { now: 0 }, words)).toContain(
    "42秒待ってから",
  );
  expect(refusalText("rate_limited", {}, { now: 0 }, words)).toContain("少し待ってから");
});

it("shows the state of a run, and announces its changes", () => {
  const failed = {
    execution: "run1",
    state: "failed",
    startedAt: 0,
    step: "transcribe",
    message: "字幕が空です",
  } as const;
  expect(plain(executionText(failed, 0, words))).toBe("「文字起こし」で失敗しました。字幕が空です。");
  const rows = (state: string) => [{ step: "probe", state }] as never;
  expect(spokenChanges(rows("running"), rows("succeeded"), words)).toBe("ファイルの確認：完了。");
});

it("counts without plural forms", () => {
  expect(
    [1, 2].map((count) =>
      waitingText({ count, since: halfPastTwo, deadline: halfPastTwo }, halfPastTwo, words),
    ),
  ).toEqual([
    "22:30から回答を待っています（期限：22:30）。",
    "22:30から2件の回答を待っています（最初の期限：22:30）。",
  ]);
});

it("lists people as Japanese does", () => {
  expect(principalsText(["user/ana", "user/ben", "role/editors"], "ana", undefined, words)).toBe(
    "あなた、ben、ロール「editors」",
  );
});

it("keeps a workflow's texts, and uses its own for the rest", () => {
  const request = { labels: { approve: "Release it" } };
  expect([labelOf(request, "approve", words), labelOf(request, "reject", words)]).toEqual([
    "Release it",
    "却下",
  ]);
});

it("ends a workflow's sentence with the full stop that fits its last letter, once", () => {
  expect(
    ["字幕が空です", "字幕が空です。", "The captions are empty", "本当に？」", "データなし"].map(sentence),
  ).toEqual(["字幕が空です。", "字幕が空です。", "The captions are empty.", "本当に？」", "データなし。"]);
  expect(plain(reasonText("上司の判断", words))).toBe("上司の判断。");
});
