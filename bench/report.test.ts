import { expect, it } from "vitest";
import { readBefore } from "./before.ts";
import { readCommand } from "./command.ts";
import { quantity, ratio, short } from "./figure.ts";
import { dollarsPerMillion } from "./pricing/use-case-costs.ts";
import { resultsPage, terminalTable } from "./report.ts";
import { noResults, withRow } from "./results.ts";
import { isMet } from "./row.ts";
import { rowNames } from "./rows.ts";
import { median, quantile } from "./statistics.ts";

const machine = { cores: 2, model: "a processor", memoryGb: 8, kernel: "Linux 6", node: "20.20.2" };
const how = { measured: "2026-01-31", runs: 3, machine };
const words = { name: "sender.lean_over_sdk", what: "posts", goal: { atLeast: 5 } };

it("computes a ratio in each run, so that anything that slows down both sides has no effect", () => {
  expect(ratio(words, [10, 20, 600], [1, 2, 100])).toMatchObject({ value: 10, low: 6, high: 10 });
});

it("computes the median of the runs, for an even number as the mean of the middle two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
  const upTo100 = Array.from({ length: 100 }, (_, n) => n + 1);
  expect(quantile(upTo100, 0.99)).toBe(100);
  expect(() => median([])).toThrow("nothing was measured");
});

it("says whether a figure meets its goal, and nothing without a goal", () => {
  expect(isMet({ value: 5, goal: { atLeast: 5 } })).toBe(true);
  expect(isMet({ value: 1.51, goal: { atMost: 1.5 } })).toBe(false);
  expect(isMet({ value: 1 })).toBeUndefined();
});

it("writes numbers with three digits and no more", () => {
  expect([0.01234, 1.5, 12.34, 123.4, 12_345, 0].map(short)).toEqual([
    "0.0123",
    "1.5",
    "12.3",
    "123",
    "12,345",
    "0",
  ]);
});

it("keeps the results of rows that were not measured again", () => {
  const push = { figures: [quantity({ name: "push.a", what: "a", unit: "ms" }, [1])] };
  const sender = (runs: number[]) => ({ figures: [ratio(words, runs, [1, 1, 1])] });
  const first = withRow(withRow(noResults, "push", push, how), "sender", sender([6, 6, 6]), how);
  const second = withRow(first, "sender", sender([4, 4, 4]), how);
  expect(Object.keys(second.figures)).toEqual(["sender.lean_over_sdk", "push.a"]);
  expect(second.figures["push.a"]).toEqual(first.figures["push.a"]);
  expect(second.figures["sender.lean_over_sdk"]).toMatchObject({ value: 4, met: false });
});

it("names missed goals first, and shows the notes of a row", () => {
  const missed = { figures: [ratio(words, [4, 4, 4], [1, 1, 1])], notes: "#### More\n\nIn words." };
  const page = resultsPage(withRow(noResults, "sender", missed, how));
  expect(page).toContain("0 of 1 goals are met. Missed: `sender.lean_over_sdk` (4 ×).");
  expect(page).toContain("3 runs, 2026-01-31: 2 cores (a processor), 8 GB of memory, Linux 6, Node 20.20.2.");
  expect(page).toContain("| **4 ×** |");
  expect(page.trimEnd().endsWith("#### More\n\nIn words.")).toBe(true);
  expect(terminalTable(missed.figures)).toMatch(/sender\.lean_over_sdk +4 × +≥ 5 +missed/);
});

it("shows the earlier value of a figure and its source, preferably of the same runs", () => {
  const figures = [
    quantity({ name: "push.a", what: "a", unit: "ms" }, [1]),
    quantity({ name: "push.b", what: "b", unit: "ms", before: { text: "7 ms", from: "the same runs" } }, [2]),
  ];
  const former = {
    "push.a": { text: "9 ms", from: "the bench of last year" },
    "push.b": { text: "8 ms", from: "the bench of last year" },
  };
  const page = resultsPage(withRow(noResults, "push", { figures }, how), former);
  expect(page).toContain("| a | **1 ms** |  |  | 9 ms |");
  expect(page).toContain("| b | **2 ms** |  |  | 7 ms |");
  expect(page).toContain("Before: the bench of last year; the same runs.");
  expect(terminalTable(figures, former)).toMatch(/push\.a +1 ms +9 ms/);
});

it("has earlier figures only for existing rows, and earlier calls with a price", async () => {
  const { figures, useCases, cpuMsACall } = readBefore();
  const rows = await rowNames();
  for (const name of Object.keys(figures)) expect(rows).toContain(name.split(".")[0]);
  for (const { text, from } of Object.values(figures)) expect([text, from].includes("")).toBe(false);
  for (const cost of Object.values(useCases))
    expect(dollarsPerMillion(cost, cpuMsACall)).toBeGreaterThan(0.2);
});

it("reads its arguments, and refuses unknown ones", () => {
  expect(readCommand([])).toEqual({ rows: [], quick: false, runs: 5 });
  expect(readCommand(["sender", "--runs", "7", "push"])).toMatchObject({ rows: ["sender", "push"], runs: 7 });
  expect(readCommand(["--quick"])).toMatchObject({ quick: true, runs: 1 });
  expect(readCommand(["load", "--against", "../old"])).toMatchObject({ rows: ["load"], against: "../old" });
  for (const bad of [
    ["--runs"],
    ["--runs", "0"],
    ["--fast"],
    ["Sender"],
    ["--against"],
    ["--against", "--quick"],
  ])
    expect(readCommand(bad)).toBeUndefined();
});
