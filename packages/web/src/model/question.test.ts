import { expect, it } from "vitest";
import { halfPastTwo, itemsOf, london } from "../testing/items.ts";
import { plain } from "../testing/plain.ts";
import { requestOf } from "../testing/request.ts";
import { answerText, defaultText, questionsIn, roundsLeft, type TitleOf } from "./question.ts";

const titles: TitleOf = ({ candidateId }) => (candidateId === "a-1" ? "A night at the Globe" : undefined);

it("reads every question, and when it changed", () => {
  const first = requestOf({ requestId: "req_aaaaaaaaaa" });
  const items = itemsOf({ [`request/${first.requestId}`]: first });
  expect(questionsIn(items)).toEqual([{ ...first, changedAt: 1000 }]);
});

it.each([
  ["a deadline that no date can hold", { deadline: 8.64e15 + 1 }],
  ["a round that is no number", { round: "one" }],
  ["assignees of another kind", { assignees: ["group/x"] }],
  ["labels of another kind", { labels: { approve: 7 } }],
])("keeps an open question with %s, with all that can be read of it", (_, more) => {
  const value = { ...requestOf(), ...more };
  const [question] = questionsIn(itemsOf({ "request/req_0123456789": value }));
  expect(question).toMatchObject({
    prompt: "Which title?",
    state: "open",
    verbs: value.verbs,
    unread: value,
  });
  expect(question).not.toMatchObject(more);
  expect(question?.torn).toBe("round" in more);
});

it.each([null, 7, "x", [], { verbs: ["dance", "approve"], prompt: {} }])(
  "keeps a question whose value is %j",
  (value) => {
    const [question] = questionsIn(itemsOf({ "request/req_0123456789": value }));
    expect(question).toMatchObject({ requestId: "req_0123456789", prompt: "", state: "open", unread: value });
    expect(question?.verbs).toEqual(
      value !== null && typeof value === "object" && "verbs" in value ? ["approve"] : [],
    );
  },
);

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
  expect(plain(defaultText(request, titles, halfPastTwo, london))).toBe(text);
});

it("says in the question's own words what the deadline does", () => {
  const labels = { approve: "Release it" };
  const request = requestOf({ deadline: halfPastTwo + 120_000, labels, default: { verb: "approve" } });
  expect(plain(defaultText(request, titles, halfPastTwo, london))).toBe(
    "If you do nothing: “Release it” is chosen at 14:32.",
  );
});

it("cuts a long answer", () => {
  expect(plain(answerText("x".repeat(100)))).toHaveLength(82);
  expect(plain(answerText("😀".repeat(100)))).toBe(`“${"😀".repeat(79)}…”`);
});
