import { expect, it } from "vitest";
import { itemsOf, requestOf } from "../testing/items.ts";
import { ownLabel, questionsIn, roundsLeft, verbsOf } from "./question.ts";

it("reads every question, and when it changed", () => {
  const first = requestOf({ requestId: "req_aaaaaaaaaa" });
  const items = itemsOf({ [`request/${first.requestId}`]: first });
  expect(questionsIn(items)).toEqual([{ ...first, changedAt: 1000, torn: false }]);
});

it.each([
  ["a deadline that no date can hold", { deadline: 8.64e15 + 1 }],
  ["a round that is not a number", { round: "one" }],
  ["assignees of another kind", { assignees: ["group/x"] }],
  ["labels of another kind", { labels: { approve: 7 } }],
])("keeps an open question with %s, with its readable part", (_, more) => {
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

const nothing = { hasCandidate: false, hasValue: () => false, canSend: true };
const readiness = (...given: Parameters<typeof verbsOf>) =>
  verbsOf(...given).map(({ verb, missing, ready }) => [verb, missing.join(), ready]);

it("lists the ways to answer in the protocol's order, each with what it lacks", () => {
  const all = requestOf({ verbs: ["reject", "answer", "regenerate", "edit", "approve", "pick"] });
  expect(readiness(all, nothing)).toEqual([
    ["pick", "candidate", false],
    ["approve", "", true],
    ["edit", "value", false],
    ["regenerate", "", true],
    ["answer", "value", false],
    ["reject", "", true],
  ]);
});

it("has a ready way once nothing is missing, and none while nothing can be sent", () => {
  const request = requestOf({ verbs: ["pick", "answer"] });
  const parts = { hasCandidate: true, hasValue: () => true, canSend: true };
  expect(readiness(request, parts).map(([, , ready]) => ready)).toEqual([true, true]);
  expect(readiness(request, { ...parts, canSend: false }).map(([, , ready]) => ready)).toEqual([
    false,
    false,
  ]);
});

it("asks for no further round beyond the last", () => {
  const last = requestOf({ verbs: ["regenerate"], round: 3, maxRounds: 3 });
  expect(readiness(last, nothing)).toEqual([["regenerate", "round", false]]);
});

it("labels a way with the question's own text, else the default", () => {
  const request = requestOf({ verbs: ["approve", "reject"], labels: { approve: "Release it" } });
  expect(verbsOf(request, nothing)).toMatchObject([
    { label: "Release it", hasOwnLabel: true, shows: "button" },
    { label: "Reject", hasOwnLabel: false, shows: "form" },
  ]);
  expect(ownLabel(request, "reject")).toBeUndefined();
});

it("reads the same items once", () => {
  const items = itemsOf({ "request/req_0123456789": requestOf() });
  expect(questionsIn(items)).toBe(questionsIn(items));
});
