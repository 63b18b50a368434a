import type { RequestValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { halfPastTwo, itemsOf, london } from "../testing/items.ts";
import { requestOf } from "../testing/request.ts";
import type { Choice } from "./candidates.ts";
import { answerText, defaultText, questionsOf, roundsLeft } from "./question.ts";

const titles = ({ candidateId }: Choice) => (candidateId === "a-1" ? "A night at the Globe" : undefined);
const items = (...requests: RequestValue[]) =>
  itemsOf(Object.fromEntries(requests.map((request) => [`request/${request.requestId}`, request])));

it("shows the open question, although another was asked later", () => {
  const open = requestOf({ requestId: "req_aaaaaaaaaa", askedAt: 1 });
  const later = requestOf({ requestId: "req_bbbbbbbbbb", askedAt: 2, state: "withdrawn" });
  expect(questionsOf(items(later, open))).toEqual({ current: open, earlier: [later] });
});

it("shows the last question when none is open", () => {
  const first = requestOf({ requestId: "req_aaaaaaaaaa", askedAt: 1, state: "superseded" });
  const last = requestOf({ requestId: "req_bbbbbbbbbb", askedAt: 2, state: "relayed" });
  expect(questionsOf(items(last, first))).toEqual({ current: last, earlier: [first] });
  expect(questionsOf(items())).toEqual({ current: undefined, earlier: [] });
});

it("counts the rounds that are left", () => {
  expect(roundsLeft(requestOf({ round: 2, maxRounds: 3 }))).toBe(1);
  expect(roundsLeft(requestOf({ round: 1 }))).toBeUndefined();
});

it.each([
  [{ verb: "pick", candidateId: "a-1" }, "If you do nothing: “A night at the Globe” is taken at 14:32."],
  [{ verb: "pick", candidateId: "z" }, "If you do nothing: the first proposal is taken at 14:32."],
  [{ verb: "edit", value: { title: "Own words" } }, "If you do nothing: “Own words” is taken at 14:32."],
  [{ verb: "approve" }, "If you do nothing: it counts as approved at 14:32."],
  [{ verb: "answer", value: 7 }, "If you do nothing: “7” is the answer at 14:32."],
  [undefined, "If nobody answers, the question expires at 14:32."],
] as const)("says what the deadline does with default %j", (reply, text) => {
  const request = requestOf({ deadline: halfPastTwo + 120_000, ...(reply ? { default: reply } : {}) });
  expect(defaultText(request, titles, halfPastTwo, london)).toBe(text);
});

it("cuts a long answer", () => {
  expect(answerText("x".repeat(100))).toHaveLength(82);
});
