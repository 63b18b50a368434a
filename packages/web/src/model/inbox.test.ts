import type { Wanted } from "@callboard/client/headless";
import { expect, it } from "vitest";
import { englishForTests, japaneseForTests } from "../testing/words.ts";
import { groupWanted, isNear, nextOpen, searchGroups, shortDuration } from "./inbox.ts";

const wanted = (id: string, subject: string, more: Partial<Wanted> = {}): Wanted =>
  ({
    requestId: id,
    subject,
    thread: "t",
    round: 1,
    prompt: id,
    askedAt: 0,
    partial: false,
    ...more,
  }) as Wanted;
const nameOf = (subject: string, title: string | undefined) => title ?? subject;
const idsOf = (groups: readonly { questions: readonly Wanted[] }[]) =>
  groups.map(({ questions }) => questions.map(({ requestId }) => requestId));

it("shows each subject once, at the place of its most urgent question", () => {
  const all = [wanted("a", "order/2"), wanted("b", "order/1"), wanted("c", "order/2", { title: "Two" })];
  const groups = groupWanted(all, nameOf, []);
  expect(groups.map(({ subject, name }) => [subject, name])).toEqual([
    ["order/2", "Two"],
    ["order/1", "order/1"],
  ]);
  expect(idsOf(groups)).toEqual([["a", "c"], ["b"]]);
});

it.each([
  ["the prompt, whatever its case and accents", "resume", ["a"]],
  ["every word, in any order", "title café", ["a", "c"]],
  ["the subject's id", "order/7", ["b"]],
  ["full-width letters and Japanese", "ｂｂｂ 題名", ["b"]],
  ["nothing where nothing has it", "zebra", []],
  ["everything where nothing is typed", "  ", ["a", "b", "c"]],
])("finds questions by %s", (_, search, found) => {
  const groups = groupWanted(
    [
      wanted("a", "video/1", { prompt: "Résumé?", title: "Café title" }),
      wanted("b", "order/7", { prompt: "題名は？ BBB" }),
      wanted("c", "video/1", { prompt: "Which?" }),
    ],
    nameOf,
    [],
  );
  expect(idsOf(searchGroups(groups, search)).flat().sort()).toEqual(found);
});

it.each([
  ["the one below", ["a", "b", "c"], ["a", "b", "c"], "b", "c"],
  ["the one that took the place of what was answered", ["a", "b", "c"], ["a", "c"], "b", "c"],
  ["the first, from the end", ["a", "b", "c"], ["a", "b"], "c", "a"],
  ["the first, when nothing is open on the page", ["a", "b"], ["a", "b"], undefined, "a"],
  ["the first, from a question that was never in the inbox", ["a", "b"], ["a", "b"], "x", "a"],
  ["what has come since, when the former ones are gone", ["a", "b"], ["d"], "a", "d"],
  ["none after the last", ["a"], ["a"], "a", undefined],
  ["nothing without questions", [], [], undefined, undefined],
])("moves to %s", (_, before, open, current, next) => {
  expect(nextOpen(before, open, current)).toBe(next);
});

it("shows briefly how long is left, as the language writes it", () => {
  const minute = 60_000;
  const lengths = [1, 30_000, 12.9 * minute, 60 * minute, 50 * 60 * minute];
  expect(lengths.map((ms) => shortDuration(ms, englishForTests))).toEqual([
    "1 min",
    "1 min",
    "12 min",
    "1 h",
    "2 days",
  ]);
  expect(shortDuration(12 * minute, japaneseForTests)).toMatch(/^12 ?分$/);
  expect([isNear(4 * minute), isNear(5 * minute)]).toEqual([true, false]);
});
