import { expect, it } from "vitest";
import { requestOf } from "../testing/items.ts";
import type { AnswerState } from "./answers.ts";
import { isSettled, issuesOf, latestOf, outcomeOf } from "./outcome.ts";

const ana = { id: "ana", name: "Ana" };
const bo = { id: "bo", name: "Bo" };
const replied = (state: "answered" | "relayed" | "undeliverable", by: typeof ana) =>
  requestOf({ state, reply: { verb: "approve", replyId: "r", round: 1, by, at: 7 }, reason: "gone" });
const idle: AnswerState = { phase: "idle" };
const accepted: AnswerState = { phase: "accepted" };
const refused = (code: "already_answered" | "invalid" | "expired", details = {}): AnswerState => ({
  phase: "refused",
  code,
  details,
});

it.each<AnswerState>([
  idle,
  { phase: "queued" },
  { phase: "sending" },
  accepted,
  { phase: "unsure" },
  { phase: "failed", code: "not_sent" },
])("follows the answer of this page while nothing else is known: %j", (answer) => {
  expect(outcomeOf({ answer, question: requestOf(), me: "ana" })).toEqual(answer);
});

it.each(["accepted", "relayed"] as const)("follows the receipt, whatever page has answered: %s", (status) => {
  for (const answer of [idle, accepted, { phase: "unsure" } as const])
    expect(outcomeOf({ answer, receipt: { status } })).toEqual({ phase: status });
});

it("says why the workflow did not get it", () => {
  const receipt = { status: "undeliverable", reason: "wait_gone" } as const;
  expect(outcomeOf({ answer: accepted, receipt })).toEqual({ phase: "undeliverable", reason: "wait_gone" });
  expect(outcomeOf({ answer: accepted, question: replied("undeliverable", ana), me: "user/ana" })).toEqual({
    phase: "undeliverable",
    reason: "gone",
  });
});

it("shows from the question that the user's answer has arrived", () => {
  expect(outcomeOf({ answer: accepted, question: replied("relayed", ana), me: "ana" })).toEqual({
    phase: "relayed",
  });
  expect(outcomeOf({ answer: idle, question: replied("answered", ana), me: "ana" })).toEqual({
    phase: "accepted",
  });
});

it("is lost to a faster person", () => {
  const answer = refused("already_answered", { by: bo, verb: "pick", at: 5 });
  expect(outcomeOf({ answer, me: "ana" })).toEqual({
    phase: "lost",
    by: bo,
    mine: false,
    verb: "pick",
    at: 5,
  });
  const system = refused("already_answered", { by: "system", verb: "pick" });
  expect(outcomeOf({ answer: system, me: "ana" })).toMatchObject({ phase: "lost", by: { id: "system" } });
  expect(outcomeOf({ answer: refused("already_answered", { by: { id: 7 }, at: "noon" }) })).toEqual({
    phase: "lost",
    by: undefined,
    mine: false,
    verb: undefined,
    at: undefined,
  });
});

it("is lost to the same user's faster answer on another page", () => {
  const answer = refused("already_answered", { by: ana, verb: "pick", at: 5 });
  expect(outcomeOf({ answer, receipt: { status: "relayed" }, me: "user/ana" })).toMatchObject({
    phase: "lost",
    mine: true,
  });
});

it("is not lost if the user has not answered", () => {
  expect(outcomeOf({ answer: idle, question: replied("relayed", bo), me: "ana" })).toEqual({ phase: "idle" });
});

it("turns from unsure to lost once the question shows who answered", () => {
  const outcome = outcomeOf({ answer: { phase: "unsure" }, question: replied("answered", bo), me: "ana" });
  expect(outcome).toEqual({ phase: "lost", by: bo, mine: false, verb: "approve", at: 7 });
});

it("lets an answer be changed after an invalid one, and nothing after it was lost or taken", () => {
  const settled = (answer: AnswerState) => isSettled(outcomeOf({ answer }));
  expect([refused("invalid"), idle, { phase: "unsure" } as const].map(settled)).toEqual([
    false,
    false,
    false,
  ]);
  expect([refused("already_answered"), refused("expired"), accepted].map(settled)).toEqual([
    true,
    true,
    true,
  ]);
});

it("lists at most ten issues", () => {
  expect(
    outcomeOf({ answer: refused("invalid", { issues: ["value.title: too long", { message: "no" }, 7] }) }),
  ).toMatchObject({ issues: ["value.title: too long", "no"] });
  expect(issuesOf({ issues: Array.from({ length: 30 }, (_, n) => `issue ${n}`) })).toHaveLength(10);
  expect(issuesOf(undefined)).toEqual([]);
});

it("returns the latest deadline from a refusal", () => {
  expect(latestOf({ latest: 9 }, 5)).toBe(9);
  expect([latestOf({ latest: 5 }, 5), latestOf({ latest: "9" }, 5), latestOf({}, undefined)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
