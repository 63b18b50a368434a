import { expect, it } from "vitest";
import { broadcastOf, factsOf } from "./facts.ts";
import type { Items } from "./items.ts";

const at = Date.UTC(2026, 0, 1);
const itemsOf = (values: Record<string, unknown>): Items =>
  new Map(
    Object.entries(values).map(([key, value], n) => [
      key,
      { key, value, version: "1", offset: n + 1, at } as never,
    ]),
  );

it("reads facts by name, those for owners last, and leaves out invalid ones", () => {
  const items = itemsOf({
    "private/strikes": { name: "strikes", value: 2, at },
    "fact/tags": { name: "tags", label: "Tags", value: ["a"], version: 3, at },
    "fact/broken": { name: "broken", value: 1 },
    "fact/board": { name: "board", value: false, at, more: 1 },
    "fact/live": { name: "live", value: { live: true, since: at }, at },
    title: { title: "x" },
  });
  expect(factsOf(items)).toEqual([
    { key: "fact/board", name: "board", label: undefined, value: false, at, isPrivate: false },
    { key: "fact/tags", name: "tags", label: "Tags", value: ["a"], at, isPrivate: false },
    { key: "private/strikes", name: "strikes", label: undefined, value: 2, at, isPrivate: true },
  ]);
});

it.each<[string, Record<string, unknown>, object | undefined]>([
  ["is live", { live: { live: true, since: at }, views: 7 }, { isLive: true, since: at, views: 7 }],
  [
    "was live",
    { live: { live: false, until: at }, views: 7 },
    { isLive: false, since: at, views: undefined },
  ],
  [
    "is live and not counted",
    { live: { live: true, since: at } },
    { isLive: true, since: at, views: undefined },
  ],
  ["was counted and nothing else", { views: 7 }, undefined],
  ["says what is no broadcast", { live: { live: "yes" } }, undefined],
  ["says not since when", { live: { live: true } }, undefined],
  ["begins when no time is", { live: { live: true, since: 1e20 } }, undefined],
  [
    "counts fewer than zero",
    { live: { live: true, since: at }, views: -1 },
    { isLive: true, since: at, views: undefined },
  ],
])("returns a broadcast that %s", (_, facts, expected) => {
  const values = Object.entries(facts).map(([name, value]) => [`fact/${name}`, { name, value, at }]);
  expect(broadcastOf(itemsOf(Object.fromEntries(values)))).toEqual(expected);
});

it.each<[string, Record<string, unknown>, readonly string[]]>([
  ["nobody says that it is live", { views: 7 }, ["views"]],
  ["what is called live says something else", { live: "in Tokyo", views: 7 }, ["live", "views"]],
  ["it is not known since when", { live: { live: true } }, ["live"]],
  ["the number is a text", { live: { live: true, since: at }, views: "many" }, ["views"]],
  ["it was live", { live: { live: false, until: at }, views: 7 }, []],
])("includes every fact that is not shown as a broadcast: %s", (_, facts, expected) => {
  const values = Object.entries(facts).map(([name, value]) => [`fact/${name}`, { name, value, at }]);
  expect(factsOf(itemsOf(Object.fromEntries(values))).map(({ name }) => name)).toEqual(expected);
});
