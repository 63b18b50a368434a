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

it("counts an answer once, however often its receipt comes", () => {
  expect(count(accepted("a"), accepted("a"), accepted("b")).accepted).toHaveLength(2);
});

it("has no median before something was shown, and none of clocks that were set", () => {
  expect(median(count({ kind: "shown", ms: -5 }, { kind: "shown", ms: 1e9 }).spans)).toBeUndefined();
  const shown = [40, 10, 30].map((ms): Count => ({ kind: "shown", ms }));
  expect(median(count(...shown).spans)).toBe(30);
  expect(median(count({ kind: "shown", ms: 10.4 }, { kind: "shown", ms: 90 }).spans)).toBe(10);
});

it("takes an answer for lost that an ended execution lacks, and none that it has", () => {
  const both = count(accepted("a", "e"), accepted("b", "e"));
  const one = counted(both, { kind: "answers", execution: "e", replyIds: ["a"] });
  expect(missingAnswers(both.accepted, ended, 10_000)).toBe(2);
  expect(missingAnswers(one.accepted, ended, 10_000)).toBe(1);
  const all = counted(one, { kind: "answers", execution: "e", replyIds: ["a", "b"] });
  expect(missingAnswers(all.accepted, ended, 10_000)).toBe(0);
});

it("takes an answer that is on its way for lost only once that has taken too long", () => {
  const { accepted: answers } = count(accepted("a", "e"));
  expect(missingAnswers(answers, runs, 19_000)).toBe(0);
  expect(missingAnswers(answers, runs, 21_000)).toBe(1);
});

it("takes no other execution's answer for it", () => {
  const other = count(accepted("a", "e"), { kind: "answers", execution: "f", replyIds: ["a"] });
  expect(missingAnswers(other.accepted, ended, 30_000)).toBe(1);
});

it("does not say that nothing was lost where it cannot know", () => {
  const unknown = count(accepted("a"));
  expect(missingAnswers(unknown.accepted, ended, 1_000)).toBe(0);
  expect(missingAnswers(unknown.accepted, ended, 30_000)).toBeUndefined();
  const found = counted(unknown, { kind: "asked_by", requestId: "req_a", execution: "e" });
  expect(missingAnswers(found.accepted, ended, 30_000)).toBe(1);
});

it("keeps what is not found, whatever else it lets go", () => {
  let counters = count(accepted("lost", "e"));
  for (let n = 0; n < 500; n++) {
    counters = counted(counters, accepted(`r${n}`, "e"));
    counters = counted(counters, { kind: "answers", execution: "e", replyIds: [`r${n}`] });
  }
  expect(counters.accepted.length).toBeLessThanOrEqual(401);
  expect(missingAnswers(counters.accepted, ended, 30_000)).toBe(1);
});

it("goes on after a reload, and begins anew where nothing fits", () => {
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
