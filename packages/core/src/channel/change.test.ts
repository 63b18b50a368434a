import { expect, it } from "vitest";
import type { Entry } from "../ports/index.ts";
import { drop, propose, proposing, remove, removed, version } from "./change.ts";

const entry = (value: unknown): Entry => ({ key: "k", value, version: "3", at: 0, offsets: {} });

it("orders versions as their numbers, part by part", () => {
  const inOrder = [[0], [1], [1, 0], [1, 2], [1, 10], [2], [10], [2 ** 52]].map((parts) => version(...parts));
  expect([...inOrder].sort()).toEqual(inOrder);
  expect(version(-5, 1.9)).toBe(version(0, 1));
});

it("writes versions in one form, since stored ones are compared with later ones", () => {
  expect(version(1, 20)).toBe("0000000000000001.0000000000000020");
});

it("orders a removal between the removed version and any later one", () => {
  const [of, later] = [version(1, 2), version(1, 3)];
  expect([later, removed(of), of].sort()).toEqual([of, removed(of), later]);
});

it("removes a known key, and does nothing for a key that never existed", () => {
  expect(remove("k", "7", 1)).toMatchObject({ key: "k", at: 1 });
  expect(remove("k", "7", 1).fold(undefined)).toBeUndefined();
  expect(remove("k", "7", 1).fold(entry(null))).toEqual({ value: null, version: "7" });
});

it("drops a key with a value, whatever its version, and not twice", () => {
  expect(drop("k", 1).fold(undefined)).toBeUndefined();
  expect(drop("k", 1).fold(entry("a"))).toEqual({ value: null, version: "3.removed" });
  expect(drop("k", 1).fold(entry(null))).toBeUndefined();
});

it("proposes values unchanged, and members only if there are some", () => {
  const proposals = [propose("k", "a", "1", 5)];
  const change = proposing(proposals);
  expect([change.keys, change.propose(new Map(), {})]).toEqual([["k"], proposals]);
  expect(change).not.toHaveProperty("members");
  expect(proposing(proposals, { owners: ["user/ana"] }).members).toEqual({ owners: ["user/ana"] });
  expect(proposals[0]!.fold(entry("b"))).toEqual({ value: "a", version: "1" });
});
