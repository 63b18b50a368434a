import { expect, it } from "vitest";
import { halfPastTwo, london } from "../testing/items.ts";
import { requestOf } from "../testing/request.ts";
import { alsoAskedText, followAsked, principalsText, readAssignees } from "./assignees.ts";

it("says whom a question is put to, oneself as you", () => {
  expect(principalsText(["user/ana", "user/ben", "role/editors"], "ana")).toBe(
    "you, ben and the role editors",
  );
  expect(principalsText(["user/ana"], undefined)).toBe("ana");
});

it("tells who was asked later beside the others, and since when", () => {
  const first = followAsked(undefined, requestOf({ assignees: ["user/ana"] }), 1);
  expect(alsoAskedText(first, halfPastTwo, london)).toBeUndefined();
  const grown = requestOf({ assignees: ["user/ana", "role/editors"] });
  const escalated = followAsked(first, grown, halfPastTwo);
  expect(alsoAskedText(escalated, halfPastTwo, london)).toBe("Also asked: role/editors since 14:30.");
  expect(followAsked(escalated, grown, halfPastTwo + 60_000)).toBe(escalated);
});

it("does not call a reassignment or another question an escalation", () => {
  const first = followAsked(undefined, requestOf({ assignees: ["user/ana"] }), 1);
  expect(followAsked(first, requestOf({ assignees: ["user/ben", "user/cleo"] }), 2).also).toBeUndefined();
  const other = requestOf({ requestId: "req_9876543210", assignees: ["user/ana", "user/ben"] });
  expect(followAsked(first, other, 2).also).toBeUndefined();
});

it("reads people and roles, a bare name as a user, each once", () => {
  expect(readAssignees(" ben, role/editors;user/ben ")).toEqual({
    ok: true,
    assignees: ["user/ben", "role/editors"],
  });
});

it.each([
  ["", "Name at least one person or role."],
  ["group/x", "“group/x” is neither user/… nor role/… with a name after it."],
  ["user/", "“user/” is neither user/… nor role/… with a name after it."],
  [Array.from({ length: 21 }, (_, n) => `u${n}`).join(" "), "At most 20 people and roles can be asked."],
])("says what is wrong with %j", (text, problem) => {
  expect(readAssignees(text)).toEqual({ ok: false, problem });
});
