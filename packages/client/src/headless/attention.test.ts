import type { AttendingValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { itemsOf, requestOf } from "../testing/items.ts";
import { attendersOf, followAsked, isSamePerson, nextLapse } from "./attention.ts";

const requestId = "req_0123456789";
const attending = (user: string, more: Partial<AttendingValue> = {}, request: string = requestId) => ({
  [`attending/${request}/${user}`]: {
    requestId: request,
    user: { id: user, name: user[0]!.toUpperCase() + user.slice(1) },
    state: "shown",
    at: 1000,
    until: 91_000,
    ...more,
  },
});
const names = (items: ReturnType<typeof itemsOf>, me?: string, now = 2000) =>
  attendersOf(items, requestId, me, now).map((one) => one.user.id);

it("lists reviewers before those who only have it open, without the user", () => {
  const items = itemsOf({
    ...attending("ana"),
    ...attending("cleo", { at: 900 }),
    ...attending("ben", { state: "reviewing", at: 1500 }),
  });
  expect(names(items, "user/ana")).toEqual(["ben", "cleo"]);
});

it("forgets people whose report has expired, and returns when", () => {
  const items = itemsOf({ ...attending("ben"), ...attending("cleo", { until: 95_000 }) });
  expect(nextLapse(attendersOf(items, requestId, undefined, 2000))).toBe(91_000);
  expect(names(items, undefined, 91_000)).toEqual(["cleo"]);
  expect(nextLapse([])).toBeUndefined();
});

it("keeps the attention of other questions apart", () => {
  expect(names(itemsOf({ ...attending("ben", {}, "req_9876543210"), ...attending("cleo") }))).toEqual([
    "cleo",
  ]);
});

it("compares an id with and without the prefix `user/`", () => {
  expect([isSamePerson("user/ana", "ana"), isSamePerson("ana", "ben")]).toEqual([true, false]);
});

it("returns who was added, and since when", () => {
  const first = followAsked(undefined, requestOf({ assignees: ["user/ana"] }), 1);
  expect(first.also).toBeUndefined();
  const grown = requestOf({ assignees: ["user/ana", "role/editors"] });
  const escalated = followAsked(first, grown, 7);
  expect(escalated.also).toEqual({ principals: ["role/editors"], since: 7 });
  expect(followAsked(escalated, grown, 9)).toBe(escalated);
});

it("does not treat a reassignment or another question as an escalation", () => {
  const first = followAsked(undefined, requestOf({ assignees: ["user/ana"] }), 1);
  expect(followAsked(first, requestOf({ assignees: ["user/ben", "user/cleo"] }), 2).also).toBeUndefined();
  const other = requestOf({ requestId: "req_9876543210", assignees: ["user/ana", "user/ben"] });
  expect(followAsked(first, other, 2).also).toBeUndefined();
});
