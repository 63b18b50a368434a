import { expect, it } from "vitest";
import { kinds } from "./expected-change.ts";
import { reportOf } from "./report.ts";
import type { Outcome } from "./run.ts";

const count = { put: 20, reached: 800, lost: 0, timed: 800, p50: 24, p99: 37, max: 38 };
const outcome = {
  failures: [],
  plan: { channels: 5, viewers: 200, minutes: 0.5, pace: 1, seed: 1, run: "r1" },
  filledSeconds: 0.6,
  playedSeconds: 28.1,
  events: 90,
  questions: 5,
  kinds: Object.fromEntries(kinds.map((kind) => [kind, count])) as Outcome["kinds"],
  broken: 0,
  late: { p50: 1, p99: 6, max: 9 },
  maps: { maps: 405, equal: 405, different: [] },
  load: { callboard: { cores: 0.5, memoryMb: 130 }, machine: { cores: 2, loadAverage: 6.7 } },
} satisfies Outcome;

it("says that nothing was lost only if that is true", () => {
  expect(reportOf(outcome).at(-1)).toBe("nothing lost, every map equal");
  const failed = reportOf({
    ...outcome,
    failures: ["3 of kind live were lost"],
    maps: { maps: 405, equal: 400, different: [] },
  });
  expect([failed[0], failed.at(-1)]).toEqual(["FAILURE  3 of kind live were lost", "1 failure"]);
  expect(failed.join("\n")).toContain("400 of 405 compared are equal");
});

it("says that a process did not report its load, and that this one may have caused delays", () => {
  const told = (late: number) => reportOf({ ...outcome, late: { p50: 1, p99: late, max: late } }).join("\n");
  expect(told(6)).toContain(
    "callboard    0.50 cores, 130 MB\nsimulation   did not report its usage; put 6 ms late (p99)\n",
  );
  expect(told(400)).toContain("put 400 ms late (p99): it was too busy, so it caused part of the delays");
});

it("leaves out delays that nobody could measure", () => {
  const none = { ...count, timed: 0, p50: 0, p99: 0, max: 0 };
  const [, live] = reportOf({ ...outcome, kinds: { ...outcome.kinds, live: none } });
  expect(live).toMatch(/^live +20 +800 +0$/);
});
