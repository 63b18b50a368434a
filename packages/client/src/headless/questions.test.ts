import { expect, it } from "vitest";
import { type Asked, arrangeQuestions } from "./questions.ts";

const asked = (requestId: string, more: Partial<Asked> = {}): Asked => ({
  requestId,
  thread: requestId,
  round: 1,
  state: "open",
  askedAt: 10,
  changedAt: more.askedAt ?? 10,
  ...more,
});
const ids = (all: readonly Asked[]) => all.map(({ requestId }) => requestId);
const shownOf = (all: readonly Asked[], how?: Parameters<typeof arrangeQuestions>[1]) =>
  arrangeQuestions(all, how).shown?.requestId;

const db = asked("db", { askedAt: 1 });
const web = asked("web", { askedAt: 2 });
const mail = asked("mail", { askedAt: 3 });
const three = [db, web, mail];

it("shows the chosen question, and the others beside it", () => {
  for (const { requestId } of three) expect(shownOf(three, { named: requestId })).toBe(requestId);
  expect(ids(arrangeQuestions(three, { named: "web" }).beside)).toEqual(["db", "mail"]);
});

it("puts what ends first before the others", () => {
  const hurried = asked("hurried", { askedAt: 9, deadline: 50 });
  expect(ids(arrangeQuestions([...three, hurried], { named: "web" }).beside)).toEqual([
    "hurried",
    "db",
    "mail",
  ]);
});

it("shows the last open question by itself, although a closed one was asked later", () => {
  expect(shownOf([db, { ...mail, state: "withdrawn" }])).toBe("db");
  expect(shownOf(three)).toBe("mail");
});

it("shows the last question when none is open, and nothing when there is none", () => {
  const closed = three.map((one) => ({ ...one, state: "relayed" }));
  expect(shownOf(closed)).toBe("mail");
  expect(ids(arrangeQuestions(closed).closed)).toEqual(["web", "db"]);
  expect(arrangeQuestions([])).toEqual({ shown: undefined, beside: [], closed: [] });
});

it("keeps a question in its place when another is asked meanwhile", () => {
  expect(shownOf([db, web], { before: "db" })).toBe("db");
});

it("does not show another question at the moment one is answered", () => {
  const answered = { ...mail, state: "answered", changedAt: 20 };
  expect(shownOf([db, web, answered], { before: "mail" })).toBe("mail");
});

it("keeps a question in its place that was opened beside another and answered there", () => {
  const answered = { ...db, state: "relayed" };
  const { beside, closed } = arrangeQuestions([answered, web, mail], { named: "mail", opened: ["db"] });
  expect([ids(beside), ids(closed)]).toEqual([["db", "web"], []]);
});

it("shows the next question that is asked after one was closed", () => {
  const answered = { ...db, state: "relayed", changedAt: 20 };
  const next = asked("next", { askedAt: 30 });
  expect(shownOf([answered, next], { before: "db" })).toBe("next");
  expect(shownOf([answered, next], { named: "db" })).toBe("db");
});

it("shows the next round of the named question", () => {
  const again = asked("again", { thread: "db", round: 2, askedAt: 30 });
  expect(shownOf([{ ...db, state: "relayed" }, again, mail], { named: "db" })).toBe("again");
  expect(shownOf([db, again], { named: "db" })).toBe("db");
});

it("shows no other question in place of an unknown one", () => {
  expect(shownOf(three, { named: "gone" })).toBeUndefined();
  expect(arrangeQuestions(three, { named: "gone" }).beside).toHaveLength(3);
});

it("accepts any id, even a property of every object", () => {
  const odd = ["__proto__", "constructor", "toString"].map((id) => asked(id));
  for (const { requestId } of odd) expect(shownOf(odd, { named: requestId })).toBe(requestId);
  expect(shownOf(three, { named: "constructor" })).toBeUndefined();
});
