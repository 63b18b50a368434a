import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { englishForTests } from "../testing/words.ts";
import {
  alsoAskedText,
  knownAs,
  namesIn,
  principalsText,
  putPerson,
  readAssignees,
  typedName,
} from "./assignees.ts";

it("names the assignees, the reader as you", () => {
  expect(principalsText(["user/ana", "user/ben", "role/editors"], "ana", undefined, englishForTests)).toBe(
    "you, ben and the role editors",
  );
  expect(principalsText(["user/ana"], undefined, undefined, englishForTests)).toBe("ana");
});

it("shows who was added, and since when", () => {
  const asked = { requestId: "req_0123456789", assignees: ["user/ana"] as const };
  expect(alsoAskedText({ ...asked, also: undefined }, halfPastTwo, englishForTests)).toBeUndefined();
  const also = { principals: ["role/editors"] as const, since: halfPastTwo };
  expect(alsoAskedText({ ...asked, also }, halfPastTwo, englishForTests)).toBe(
    "Also asked: role/editors since 14:30.",
  );
});

it("reads people and roles, a bare name as a user, each once", () => {
  expect(readAssignees(" ben, role/editors;user/ben ", [], new Map(), englishForTests)).toEqual({
    ok: true,
    assignees: ["user/ben", "role/editors"],
  });
});

it.each([
  ["", "Name at least one person or role."],
  ["group/x", "“group/x” is neither user/… nor role/… with a name after it."],
  ["user/", "“user/” is neither user/… nor role/… with a name after it."],
  [Array.from({ length: 21 }, (_, n) => `u${n}`).join(","), "At most 20 people and roles can be asked."],
])("says what is wrong with %j", (text, problem) => {
  expect(readAssignees(text, [], new Map(), englishForTests)).toEqual({ ok: false, problem });
});

const ana = { id: "user/3f2a", name: "Ana López" } as const;
const other = { id: "user/ana", name: "Ana" } as const;

it("accepts picked people, with or without others", () => {
  expect(readAssignees(" ", [ana], new Map(), englishForTests)).toEqual({
    ok: true,
    assignees: ["user/3f2a"],
  });
  expect(readAssignees("role/editors user/ben, user/3f2a", [ana], new Map(), englishForTests)).toEqual({
    ok: true,
    assignees: ["user/3f2a", "role/editors", "user/ben"],
  });
});

it.each([
  ["a name of several words", "Ana López", new Map()],
  ["a name that leads to people of other ids", "Ana", new Map([["Ana", [ana]]])],
  ["another's name in other letters", "ANA", new Map([["ANA", [ana, other]]])],
])("requires somebody to be picked for %s", (_, text, found) => {
  const problem = `“${text}” is a name: pick who is meant, or write user/….`;
  expect(readAssignees(text, [], found, englishForTests)).toEqual({ ok: false, problem });
});

it("treats a name as an id if nobody is found by it, or exactly one has it", () => {
  for (const found of [new Map(), new Map([["ana", [ana, other]]])])
    expect(readAssignees("ana", [], found, englishForTests)).toEqual({ ok: true, assignees: ["user/ana"] });
});

it.each([
  ["", undefined],
  ["an", "an"],
  ["user/ben, Ana L", "Ana L"],
  ["role/ed", undefined],
  ["user/be", "user/be"],
  ["ben;  ", undefined],
  ["ana,王", "王"],
])("searches the name after the last comma of %j", (text, name) => {
  expect(typedName(text)).toBe(name);
});

it("replaces the typed name by the picked person", () => {
  expect([putPerson("an"), putPerson("user/ben, an"), putPerson("a; b, c")]).toEqual([
    "",
    "user/ben,",
    "a; b,",
  ]);
  expect(namesIn("ana, user/ben role/x; Ana López")).toEqual(["ana", "Ana López"]);
});

it("shows a name with its id, unless the two are the same", () => {
  const known = knownAs([ana, other]);
  expect(principalsText(["user/3f2a", "user/ana", "user/ben"], undefined, known, englishForTests)).toBe(
    "“Ana López” (3f2a), ana and ben",
  );
});
