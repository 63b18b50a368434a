import type { NoticedQuestion } from "@callboard/core";
import { days, minutes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { noticeContent } from "./mail-content.ts";
import { briefLimits, fullLimits, mailQuestion, nameOf } from "./mail-question.ts";
import { leftText, momentText } from "./moments.ts";
import { noticeOf, questionOf, SENT_AT } from "./testing/notices.ts";
import { en } from "./words/en.ts";
import { ja } from "./words/ja.ts";

const { to } = noticeOf();
const pagesUrl = "https://board.example";
const tell = (changes: Partial<NoticedQuestion>, extent = fullLimits) =>
  mailQuestion(questionOf(changes), extent, { to, pagesUrl, now: SENT_AT });

it.each([
  [{ verb: "pick", candidateId: "a-1" }, "If nobody answers by then, “A night at the Globe” is taken."],
  [{ verb: "pick", candidateId: "z" }, "If nobody answers by then, the first proposal is taken."],
  [{ verb: "edit", value: { title: "Own words" } }, "If nobody answers by then, “Own words” is taken."],
  [{ verb: "approve" }, "If nobody answers by then, it counts as approved."],
  [{ verb: "reject" }, "If nobody answers by then, it counts as rejected."],
  [{ verb: "answer", value: 7 }, "If nobody answers by then, “7” is the answer."],
  [
    { verb: "answer", value: { a: "x".repeat(5000) } },
    `If nobody answers by then, “{"a":"${"x".repeat(73)}…” is the answer.`,
  ],
  [{ verb: "regenerate" }, "If nobody answers by then, “Ask for others” is chosen."],
  [undefined, "If nobody answers by then, the question expires."],
] as const)("says what the deadline does with default %j", (reply, text) => {
  const question = questionOf();
  const { default: _, ...rest } = question;
  const told = mailQuestion(reply ? { ...rest, default: reply } : rest, fullLimits, {
    to,
    pagesUrl,
    now: SENT_AT,
  });
  expect(told.ifNothing).toBe(text);
});

it("distinguishes two candidates with one id by their sources", () => {
  const candidates = [
    { id: "1", source: "Model A", title: "The first" },
    { id: "1", source: "Model B", title: "The second" },
  ];
  const told = tell({ candidates, default: { verb: "pick", candidateId: "1", source: "Model B" } });
  expect(told.ifNothing).toContain("“The second”");
  expect(told.candidates.map(({ choose }) => choose?.link)).toEqual([
    "https://board.example/answer.html#token-of-the-question-1/1/Model%20A",
    "https://board.example/answer.html#token-of-the-question-1/1/Model%20B",
  ]);
});

it("says that a question without a deadline stays open", () => {
  const { deadline: _, ...question } = questionOf();
  const told = mailQuestion(question, fullLimits, { to, pagesUrl, now: SENT_AT });
  expect([told.deadline, told.ifNothing]).toEqual([
    "There is no deadline.",
    "If you do nothing, the question stays open until somebody answers.",
  ]);
});

it("shows the deadline in the person's zone and language, and the time left", () => {
  expect(tell({}).deadline).toBe(
    "Answer by Mon, 1 Jun 2026, 11:30 GMT+9 (2 h 30 min left when this was sent).",
  );
  const there = { user: "aoi", name: "葵", lang: "ja", zone: "America/New_York" } as const;
  const told = mailQuestion(questionOf(), fullLimits, { to: there, pagesUrl, now: SENT_AT });
  expect(told.deadline).toBe("期限：2026年5月31日(日) 22:30 GMT-4（送信時点で残り2時間30分）。");
});

it("says that the time is over when a mail is sent too late", () => {
  expect(tell({ deadline: SENT_AT }).deadline).toMatch(/^The time to answer was over at /);
});

it("shows a time in UTC to a person without a valid zone", () => {
  expect(momentText(SENT_AT, "Nowhere/At all", en)).toBe("Mon, 1 Jun 2026, 00:00 UTC");
  expect(momentText(SENT_AT, "", ja)).toContain("UTC");
});

it.each([
  [59_000, "less than a minute", "1分未満"],
  [minutes(1), "1 min", "1分"],
  [minutes(61), "1 h 1 min", "1時間1分"],
  [days(1), "1 day", "1日"],
  [days(2) + minutes(300), "2 days 5 h", "2日5時間"],
  [days(400), "400 days", "400日"],
])("writes %d ms in words", (ms, english, japanese) => {
  expect([leftText(ms, en), leftText(ms, ja)]).toEqual([english, japanese]);
});

it("offers the other answers besides a candidate, in the question's own words if it has some", () => {
  expect(
    tell({ verbs: ["pick", "reject", "regenerate"], labels: { pick: "Take it", reject: "None of them" } }),
  ).toMatchObject({
    otherWays: "There you can also choose: None of them · Ask for others. A comment is welcome.",
    candidates: [{ choose: { label: "Take it" } }, { choose: { label: "Take it" } }],
  });
  expect(tell({ verbs: ["approve", "reject"], candidates: [] }).otherWays).toBe(
    "There you can choose: Approve · Reject. A comment is welcome.",
  );
});

it("does not link a candidate that replies cannot choose", () => {
  const told = tell({ verbs: ["approve", "reject"] });
  expect(told.candidates.map(({ choose }) => choose)).toEqual([undefined, undefined]);
  expect(told.otherWays).toContain("Approve · Reject");
});

it("offers to start from a candidate that can only be changed", () => {
  expect(tell({ verbs: ["edit"] }).candidates[0]!.choose!.label).toBe("Start from this one");
});

it("shows twenty of fifty candidates, and says how many more there are", () => {
  const candidates = Array.from({ length: 50 }, (_, i) => ({ id: `c-${i}`, title: `Title ${i}` }));
  const told = tell({ candidates });
  expect(told.candidates).toHaveLength(20);
  expect(told.more).toBe("30 more proposals are on the page.");
  expect(tell({ candidates }, briefLimits).candidates).toHaveLength(5);
});

it("leaves pictures and descriptions of a digest to the page", () => {
  expect(tell({}, briefLimits).candidates[0]).not.toHaveProperty("picture");
  expect(tell({}, briefLimits).candidates[0]).not.toHaveProperty("description");
});

it.each(["en", "pt-BR", "zh-Hant-TW"])("keeps %s as the language of the question", (lang) => {
  expect(tell({ lang }).lang).toBe(lang);
});

it.each(['en" onload="x', "", "english please", "x".repeat(100)])(
  "does not take %j for a language",
  (lang) => {
    expect(tell({ lang })).not.toHaveProperty("lang");
  },
);

it("opens the question as a whole where no address can name the candidate", () => {
  const candidates = [{ id: "1", source: "half \ud83d", title: "One" }];
  expect(tell({ candidates }).candidates[0]!.choose!.link).toBe(
    "https://board.example/answer.html#token-of-the-question-1",
  );
});

it("asks something even if a question has no text", () => {
  expect(tell({ prompt: " \u202e\0 " }).prompt).toBe("A question for you");
  expect(tell({ candidates: [{ id: "a-1", title: "\n" }] }).candidates[0]!.title).toBe("a-1");
});

it.each([undefined, "", " \u202e\0 "])("names its subject if a question is called %j", (title) => {
  const { title: _, ...untitled } = questionOf();
  const question = title === undefined ? untitled : { ...untitled, title };
  const notice = noticeOf({ questions: [question] });
  const letter = noticeContent(notice, { pagesUrl, now: SENT_AT });
  expect(letter.subject).toBe("video/v_1: Which title fits this talk?");
  expect(letter.questions[0]!.title).toBe("video/v_1");
});

it("gives each candidate its own text direction, whatever the question's is", () => {
  const candidates = ["A night", "ليلة", "12"].map((title, i) => ({ id: `${i}`, title }));
  expect(tell({ candidates }).candidates.map(({ dir }) => dir)).toEqual(["ltr", "rtl", "ltr"]);
});

// https://github.com/craftcms/cms/pull/16633, https://github.com/nukeviet/nukeviet/issues/2973,
// https://github.com/daytonaio/daytona/pull/4341
it.each([
  ["Ana Souza", "Ana Souza"],
  ["J. R. Smith", "J. R. Smith"],
  ["Dr.Smith", "Dr. Smith"],
  ["Win at https://evil.test/now", "Win at https evil. test/now"],
  ["www.evil.test", "www. evil. test"],
  ["x".repeat(200), `${"x".repeat(59)}…`],
  [" ", "ana"],
  // Removed characters, and separators of other scripts, must not form a link.
  ["https:\ufeff//evil.\ufefftest/now", "https evil. test/now"],
  ["https:\u200e//evil.test", "https evil. test"],
  ["www\u2060.evil。test", "www\u2060. evil。 test"],
  ["evil．test", "evil． test"],
])("writes the name %j so that no mail program makes a link of it", (name, called) => {
  expect(nameOf({ ...to, name })).toBe(called);
});

it("makes no link of an id either, if the name is empty", () => {
  expect(nameOf({ ...to, name: "\u200e", user: "www.evil.test" })).toBe("www. evil. test");
});
