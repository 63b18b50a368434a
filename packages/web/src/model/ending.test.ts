import type { TitleOf } from "@callboard/client/headless";
import type { ReceiptValue, RequestValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { plain } from "../testing/plain.ts";
import { requestOf } from "../testing/request.ts";
import { englishForTests, japaneseForTests } from "../testing/words.ts";
import { endingOf, receiptText } from "./ending.ts";
import { sentenceParts } from "./words.ts";

const titles: TitleOf = ({ candidateId }) => (candidateId === "a-1" ? "A night at the Globe" : undefined);
const reply = (more: object = {}): NonNullable<RequestValue["reply"]> => ({
  verb: "pick",
  candidateId: "a-1",
  replyId: "r1",
  round: 1,
  by: { id: "ana", name: "Ana" },
  at: halfPastTwo,
  ...more,
});
function outcome(more: Partial<RequestValue>, me?: string) {
  const told = endingOf(requestOf(more), titles, me, halfPastTwo, englishForTests);
  if (!told) return undefined;
  return { ...told, what: plain(told.what), ...(told.delivery && { delivery: plain(told.delivery) }) };
}

it("returns nothing for an open question", () => {
  expect(outcome({})).toBeUndefined();
});

it("tells the replier that the workflow has the answer", () => {
  expect(outcome({ state: "relayed", reply: reply() }, "user/ana")).toEqual({
    tone: "done",
    what: "You chose “A night at the Globe” at 14:30.",
    delivery: "The workflow has the answer.",
  });
});

it("shows the way of an answer that was not given on a page of Callboard", () => {
  const by = (via: "socket" | "http" | "mail" | "webhook", words = englishForTests) =>
    plain(
      endingOf(requestOf({ state: "relayed", reply: reply({ via }) }), titles, "bo", halfPastTwo, words)!
        .what,
    );
  expect([by("socket"), by("http")]).toEqual(Array(2).fill("Ana chose “A night at the Globe” at 14:30."));
  expect(by("mail")).toBe("Ana chose “A night at the Globe” by mail at 14:30.");
  expect(by("webhook")).toBe("Ana chose “A night at the Globe” by webhook at 14:30.");
  expect(by("mail", japaneseForTests)).toBe(
    "22:30にAnaさんがメールから「A night at the Globe」を選びました。",
  );
});

it("tells everyone else who answered", () => {
  expect(outcome({ state: "answered", reply: reply() }, "bo")).toMatchObject({
    tone: "pending",
    what: "Ana chose “A night at the Globe” at 14:30.",
  });
});

it("never shows success when the answer did not arrive", () => {
  const lost = outcome({ state: "undeliverable", reply: reply(), reason: "wait_gone" }, "ana");
  expect(lost).toMatchObject({
    tone: "lost",
    delivery: "The workflow did not get it. The workflow had stopped waiting.",
  });
  expect(outcome({ state: "unconfirmed", reply: reply() })?.tone).toBe("lost");
});

it("shows a default answer as taken by the system", () => {
  const system = reply({ by: { id: "system", name: "system" } });
  expect(outcome({ state: "relayed", reply: system })?.what).toBe(
    "Nobody answered in time, so “A night at the Globe” was taken by the system at 14:30.",
  );
});

it.each([
  [{ verb: "edit", value: { title: "Mine" } }, "Ana wrote “Mine” at 14:30."],
  [
    { verb: "regenerate", candidateId: undefined, comment: "shorter" },
    "Ana asked for other proposals, with the hint “shorter”, at 14:30.",
  ],
  [{ verb: "reject", candidateId: undefined, comment: undefined }, "Ana rejected it at 14:30."],
  [{ verb: "approve", candidateId: undefined }, "Ana approved it at 14:30."],
  [{ verb: "answer", candidateId: undefined, value: { ok: true } }, 'Ana answered “{"ok":true}” at 14:30.'],
])("words the answer %j", (more, text) => {
  expect(outcome({ state: "answered", reply: reply(more) })?.what).toBe(text);
});

it("shows the comment of an answer", () => {
  const close = reply({ comment: "it is close" });
  expect(outcome({ state: "answered", reply: close })?.what).toBe(
    "Ana chose “A night at the Globe”, with the comment “it is close”, at 14:30.",
  );
});

it.each([
  [{ verb: "approve", candidateId: undefined }, "Ana chose “Release it” at 14:30."],
  [{ verb: "reject", candidateId: undefined, comment: "later" }, "Ana chose “Hold” (“later”) at 14:30."],
  [
    { verb: "approve", candidateId: undefined, by: { id: "system", name: "system" } },
    "Nobody answered in time, so the system chose “Release it” at 14:30.",
  ],
])("shows %j with the question's own label", (more, text) => {
  const labels = { approve: "Release it", reject: "Hold" };
  expect(outcome({ state: "answered", labels, reply: reply(more) })?.what).toBe(text);
});

it("keeps people's texts separate from the pages' texts", () => {
  const told = endingOf(
    requestOf({ state: "answered", reply: reply({ verb: "edit", value: { title: "\u202eevil\u2069 x" } }) }),
    titles,
    undefined,
    halfPastTwo,
    englishForTests,
  );
  expect(sentenceParts(told!.what).filter(({ theirs }) => theirs)).toEqual([
    { text: "Ana", theirs: true },
    { text: "\u202eevil x", theirs: true },
  ]);
});

it.each([
  ["expired", "Nobody answered in time."],
  ["withdrawn", "The workflow no longer waits for an answer."],
  ["superseded", "A newer question has replaced it."],
] as const)("shows why a question that is %s is closed", (state, text) => {
  expect(outcome({ state })).toMatchObject({ tone: "lost", what: text });
});

const receipt = (more: Partial<ReceiptValue> = {}): ReceiptValue => ({
  replyId: "r1",
  requestId: "req_aaaaaaaaaa",
  subject: "video/v_1",
  verb: "pick",
  status: "accepted",
  at: 5,
  ...more,
});

it.each([
  ["accepted", undefined, "You chose a proposal for v_1: it was accepted and is on its way to the workflow."],
  ["relayed", undefined, "You chose a proposal for v_1: the workflow has the answer."],
  [
    "undeliverable",
    "The execution had ended",
    "You chose a proposal for v_1: the workflow did not get the answer. The execution had ended.",
  ],
] as const)("shows the outcome of an answer that is %s", (status, reason, text) => {
  const told = receiptText(
    receipt({ status, ...(reason === undefined ? {} : { reason }) }),
    undefined,
    englishForTests,
  );
  expect(plain(told)).toBe(text);
});
