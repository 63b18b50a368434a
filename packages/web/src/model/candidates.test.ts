import { expect, it } from "vitest";
import { itemsOf } from "../testing/items.ts";
import { candidatesOf, candidateTitle, latestThread, readSource } from "./candidates.ts";

const candidate = (round: number, id: string, source: string, thread = "title") => ({
  [`candidate/${thread}/${round}/${source}/${id}`]: {
    thread,
    round,
    by: source.replace(/\W/g, ""),
    id,
    source,
    title: `Title ${id}`,
  },
});

it("groups by round, the newest first, and by source in the order of arrival", () => {
  const items = itemsOf({
    ...candidate(1, "b-10", "Nova"),
    ...candidate(1, "a-1", "Claude (stand-in)"),
    ...candidate(1, "b-2", "Nova"),
    ...candidate(2, "a-1", "Nova"),
  });
  expect(
    candidatesOf(items, "title").map(({ round, groups }) => [
      round,
      groups.map((group) => [group.source, group.standIn, group.candidates.map((one) => one.id)]),
    ]),
  ).toEqual([
    [2, [["Nova", false, ["a-1"]]]],
    [
      1,
      [
        ["Nova", false, ["b-2", "b-10"]],
        ["Claude", true, ["a-1"]],
      ],
    ],
  ]);
});

it("keeps threads apart and knows the newest", () => {
  const items = itemsOf({ ...candidate(1, "a", "Nova"), ...candidate(1, "p", "Nova", "poster") });
  expect(candidatesOf(items, "title")).toHaveLength(1);
  expect(latestThread(items)).toBe("poster");
});

it("finds a title by its id", () => {
  const items = itemsOf(candidate(1, "a", "Nova"));
  expect([candidateTitle(items, "title", "a"), candidateTitle(items, "title", "z")]).toEqual([
    "Title a",
    undefined,
  ]);
});

it.each([
  ["TextRank stand-in", "TextRank", true],
  ["Stand-in: key phrases", "key phrases", true],
  ["Claude (stand-in)", "Claude", true],
  ["stand-in", "A stand-in", true],
  ["Amazon Nova", "Amazon Nova", false],
  ["", "Proposals", false],
])("reads the source %j", (label, source, standIn) => {
  expect(readSource(label)).toEqual({ source, standIn });
});
