import { expect, it } from "vitest";
import {
  type Count,
  type Counters,
  counted,
  keepCounters,
  keptCounters,
  median,
  missingAnswers,
  noCounters,
} from "./counters.ts";

const count = (...all: Count[]): Counters => all.reduce(counted, noCounters);
const accepted = (replyId: string, execution?: string, at = 0): Count => ({
  kind: "accepted",
  answer: { replyId, requestId: `req_${replyId}`, execution, at },
});
const ended = () => true;
const runs = () => false;

it("counts an answer once, even if its receipt is repeated", () => {
  expect(count(accepted("a"), accepted("a"), accepted("b")).accepted).toHaveLength(2);
});

it("has no median before the first push, and none of clocks that were changed", () => {
  expect(median(count({ kind: "shown", ms: -5 }, { kind: "shown", ms: 1e9 }).spans)).toBeUndefined();
  const shown = [40, 10, 30].map((ms): Count => ({ kind: "shown", ms }));
  expect(median(count(...shown).spans)).toBe(30);
  expect(median(count({ kind: "shown", ms: 10.4 }, { kind: "shown", ms: 90 }).spans)).toBe(10);
});

it("counts an answer as lost if an ended execution lacks it", () => {
  const both = count(accepted("a", "e"), accepted("b", "e"));
  const one = counted(both, { kind: "answers", execution: "e", replyIds: ["a"] });
  expect(missingAnswers(both.accepted, ended, 10_000)).toBe(2);
  expect(missingAnswers(one.accepted, ended, 10_000)).toBe(1);
  const all = counted(one, { kind: "answers", execution: "e", replyIds: ["a", "b"] });
  expect(missingAnswers(all.accepted, ended, 10_000)).toBe(0);
});

it("counts an answer on its way as lost only after too long", () => {
  const { accepted: answers } = count(accepted("a", "e"));
  expect(missingAnswers(answers, runs, 19_000)).toBe(0);
  expect(missingAnswers(answers, runs, 21_000)).toBe(1);
});

it("ignores answers of other executions", () => {
  const other = count(accepted("a", "e"), { kind: "answers", execution: "f", replyIds: ["a"] });
  expect(missingAnswers(other.accepted, ended, 30_000)).toBe(1);
});

it("does not claim that nothing was lost without knowing", () => {
  const unknown = count(accepted("a"));
  expect(missingAnswers(unknown.accepted, ended, 1_000)).toBe(0);
  expect(missingAnswers(unknown.accepted, ended, 30_000)).toBeUndefined();
  const found = counted(unknown, { kind: "asked_by", requestId: "req_a", execution: "e" });
  expect(missingAnswers(found.accepted, ended, 30_000)).toBe(1);
});

it("keeps answers that were not found, and drops others", () => {
  let counters = count(accepted("lost", "e"));
  for (let n = 0; n < 500; n++) {
    counters = counted(counters, accepted(`r${n}`, "e"));
    counters = counted(counters, { kind: "answers", execution: "e", replyIds: [`r${n}`] });
  }
  expect(counters.accepted.length).toBeLessThanOrEqual(401);
  expect(missingAnswers(counters.accepted, ended, 30_000)).toBe(1);
});

it("continues after a reload, and starts again if the stored version differs", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const counters = count({ kind: "push" }, accepted("a"), { kind: "refused" });
  keepCounters(storage, "k", counters);
  expect(keptCounters(storage, "k")).toEqual(counters);
  for (const odd of ["{", "7", '{"pushes":1}', "null"]) {
    kept.set("k", odd);
    expect(keptCounters(storage, "k")).toEqual(noCounters);
  }
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error("full");
    },
  };
  expect(() => keepCounters(full, "k", counters)).not.toThrow();
});
