import { expect, it } from "vitest";
import { itemsOf, requestOf } from "../testing/items.ts";
import { type AnswerableSources, answerableOf, proposalsFor, replyOf } from "./answerable.ts";
import { questionsIn } from "./question.ts";

const candidate = (id: string, by = "req_0123456789", more: object = {}) => ({
  [`candidate/title/1/${by}/${id}`]: { thread: "title", round: 1, by, id, title: `Title ${id}`, ...more },
});

/** A question with two candidates, and what somebody has begun to answer. */
function sourcesOf(more: Parameters<typeof requestOf>[0] = {}, begun: Partial<AnswerableSources> = {}) {
  const items = itemsOf({
    "request/req_0123456789": requestOf(more),
    ...candidate("a-1"),
    ...candidate("a-2"),
    ...candidate("n-1", "Nova", { source: "Nova" }),
    "candidate/title/odd": 7,
    "candidate/poster/odd": 7,
  });
  const [question] = questionsIn(items);
  const proposals = proposalsFor(items, question);
  const sources: AnswerableSources = {
    question,
    answer: { phase: "idle" },
    me: "ana",
    rounds: proposals.rounds,
    parts: undefined,
    reading: undefined,
    ...begun,
  };
  return { proposals, sources };
}
const parts = (begun: object) => new Map(Object.entries(begun));

it("returns the proposals for a question, and the keys of unreadable ones", () => {
  const { proposals, sources } = sourcesOf();
  expect(proposals.unread).toEqual(["candidate/title/odd"]);
  expect(proposals.titleOf({ candidateId: "a-2" })).toBe("Title a-2");
  expect(answerableOf(sources).candidates.map(({ id }) => id)).toEqual(["a-1", "a-2"]);
  expect(proposalsFor(itemsOf({}), undefined)).toMatchObject({ rounds: [], unread: [] });
});

it("takes the mark, the comment and the value from the draft, whatever it contains", () => {
  const begun = { marked: "req_0123456789/a-1", comment: " why ", value: { title: "Own" } };
  const { sources } = sourcesOf({}, { parts: parts(begun) });
  expect(answerableOf(sources)).toMatchObject({ marked: { id: "a-1" }, comment: " why ", open: true });
  expect(replyOf(sources, "pick")).toEqual({
    requestId: "req_0123456789",
    round: 1,
    verb: "pick",
    candidateId: "a-1",
    comment: "why",
  });
  expect(replyOf(sources, "edit")).toMatchObject({ candidateId: "a-1", value: { title: "Own" } });
  expect(replyOf(sources, "reject", { comment: "no" })).toEqual({
    requestId: "req_0123456789",
    round: 1,
    verb: "reject",
    comment: "no",
  });
  const odd = sourcesOf({}, { parts: parts({ marked: 7, comment: { a: 1 } }) }).sources;
  expect(answerableOf(odd)).toMatchObject({ marked: undefined, comment: "" });
});

it("names a candidate by its source too, if the question has none of its own", () => {
  const { sources } = sourcesOf({ candidates: [] }, { parts: parts({ marked: "Nova/n-1" }) });
  expect(replyOf(sources, "pick")).toMatchObject({ candidateId: "n-1", source: "Nova" });
});

it("takes the value from the form, even null, and none while the form has problems", () => {
  const answering = { verbs: ["answer" as const] };
  const read = sourcesOf(answering, { reading: { ok: true, value: null } }).sources;
  expect(replyOf(read, "answer")).toMatchObject({ verb: "answer", value: null });
  const wrong = sourcesOf(answering, { reading: { ok: false, problems: [] } }).sources;
  expect(replyOf(wrong, "answer")).toBeUndefined();
  expect(replyOf(wrong, "answer", { value: 7 })).toMatchObject({ value: 7 });
});

it.each([
  ["a candidate is missing", sourcesOf(), "pick"],
  ["the question does not offer it", sourcesOf({ verbs: ["approve"] }), "reject"],
  ["an answer is under way", sourcesOf({}, { answer: { phase: "sending" } }), "reject"],
  ["one was accepted", sourcesOf({}, { answer: { phase: "accepted" } }), "reject"],
  ["another page's was", sourcesOf({}, { receipt: { status: "relayed" } }), "reject"],
  ["the question is closed", sourcesOf({ state: "expired" }), "reject"],
  ["no rounds are left", sourcesOf({ round: 1, maxRounds: 1 }), "regenerate"],
] as const)("has no reply while %s", (_, { sources }, verb) => {
  expect(replyOf(sources, verb)).toBeUndefined();
  expect(answerableOf(sources).verbs.find((one) => one.verb === verb)?.ready).not.toBe(true);
});

it("has nothing to answer without a question", () => {
  const { sources } = sourcesOf();
  const none = { ...sources, question: undefined, rounds: [] };
  expect(answerableOf(none)).toMatchObject({ open: false, candidates: [], verbs: [], comment: "" });
  expect(replyOf(none, "reject")).toBeUndefined();
});
