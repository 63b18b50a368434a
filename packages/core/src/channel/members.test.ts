import { limits, type Principal } from "@callboard/protocol";
import { expect, it } from "vitest";
import type { Entry, Members } from "../ports/index.ts";
import { joinMembers } from "./members.ts";

const people = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, n): Principal => `user/${name}${from + n}`);
const none: Members = { owners: [], followers: [] };
const entry = (key: string, value: unknown): Entry => ({
  key,
  value,
  version: "1",
  at: 0,
  offsets: { work: 1 },
});

it("adds who is new, and leaves the lists as they are when nobody is", () => {
  const joined = joinMembers(none, { owners: ["user/ana"], followers: ["user/ben"] }, []);
  expect(joined).toEqual({ owners: ["user/ana"], followers: ["user/ben"] });
  const again = joinMembers(joined!, { owners: ["user/ana", "user/ana"] }, []);
  expect(again!.owners).toBe(joined!.owners);
  expect(again!.followers).toBe(joined!.followers);
});

it("keeps only the first owners, up to the limit", () => {
  const most = people("o", 0, limits.owners);
  const joined = joinMembers({ ...none, owners: most.slice(0, -1) }, { owners: people("o", 10, 30) }, []);
  expect(joined!.owners).toEqual(most);
});

it("removes no owner from a subject that had more before", () => {
  const many = people("o", 0, limits.owners + 5);
  expect(joinMembers({ ...none, owners: many }, { owners: ["user/late"] }, [])!.owners).toEqual(many);
});

it("removes the first followers once there are too many, and reads no entries until then", () => {
  const most = people("f", 0, limits.followers);
  expect(
    joinMembers({ ...none, followers: most.slice(0, -1) }, { followers: most.slice(-1) }, undefined),
  ).toEqual({
    owners: [],
    followers: most,
  });
  expect(joinMembers({ ...none, followers: most }, { followers: ["user/new"] }, undefined)).toBeUndefined();
  expect(joinMembers({ ...none, followers: most }, { followers: ["user/new"] }, [])!.followers).toEqual([
    ...most.slice(1),
    "user/new",
  ]);
});

it("reads no entries for a new owner, however many follow already", () => {
  const many = people("f", 0, limits.followers + 1);
  expect(joinMembers({ ...none, followers: many }, { owners: ["user/ana"] }, undefined)).toEqual({
    owners: ["user/ana"],
    followers: many,
  });
});

it("keeps every follower whom a question waits for, or whose answer is on its way", () => {
  const most = people("f", 0, limits.followers);
  const entries = [
    entry("request/1", { state: "open", assignees: ["user/f0"] }),
    entry("request/2", { state: "answered", assignees: ["user/f2"] }),
    entry("request/3", { state: "relayed", assignees: ["user/f1"] }),
    entry("request/4", { state: "open", assignees: [] }),
    entry("request/5", null),
    entry("private/request", { state: "open", assignees: ["user/f3"] }),
  ];
  const joined = joinMembers({ ...none, followers: most }, { followers: ["user/new", "user/two"] }, entries);
  expect(joined!.followers).toEqual(["user/f0", "user/f2", ...most.slice(4), "user/new", "user/two"]);
});

it("keeps more than the limit when a question waits for all of them", () => {
  const most = people("f", 0, limits.followers);
  const entries = [entry("request/1", { state: "open", assignees: most })];
  const joined = joinMembers({ ...none, followers: most }, { followers: ["user/new"] }, entries);
  expect(joined!.followers).toEqual([...most, "user/new"]);
});
