import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { beforeOf, sides, turnsOf } from "./compare.ts";
import { quantity } from "./figure.ts";
import { replaces, stepOf, subjectOf } from "./load/numbering.ts";
import { backlogSeconds, highestSustained, judge, type Rung } from "./load/rungs.ts";
import { sizesOf } from "./rows/load.ts";
import { readCheckout } from "./service/checkout.ts";
import { checkoutProblem, readAddresses, thisRoot } from "./service/service.ts";

const rung = (rate: number, more: Partial<Rung> = {}): Rung => ({
  rate,
  seconds: 60,
  put: rate * 60,
  backlog: 0,
  missed: 0,
  latencies: [10, 20, 30],
  cpuMs: { service: 5, main: 4, engine: 0, generator: 1 },
  ...more,
});

it("calls a rate sustained if all events arrived and the backlog was less than a second", () => {
  expect(judge(rung(100, { backlog: 99 }))).toBe("sustained");
  expect(judge(rung(100, { backlog: 100 }))).toBe("late");
  expect(judge(rung(100, { missed: 1 }))).toBe("lost");
  expect(backlogSeconds({ backlog: 50, rate: 200 })).toBe(0.25);
});

it("gives no result for a service if too few events were put", () => {
  expect(judge(rung(100, { put: 5800 }))).toBe("not put");
  expect(highestSustained([rung(50), rung(100, { put: 5800 })])).toBe(50);
});

it("returns the highest rate below the first that was not sustained", () => {
  expect(highestSustained([rung(50), rung(100), rung(150, { backlog: 900 }), rung(200)])).toBe(100);
  expect(highestSustained([rung(50, { missed: 1 }), rung(100)])).toBe(0);
  expect(highestSustained([rung(50), rung(100)])).toBe(100);
});

it("gives every event a subject and a step, and knows which event it replaces in the channel", () => {
  const spread = { subjects: 3, steps: 2 };
  const placed = Array.from({ length: 8 }, (_, n) => `${subjectOf(spread, n)}/${stepOf(spread, n)}`);
  expect(placed).toEqual(["0/0", "1/0", "2/0", "0/1", "1/1", "2/1", "0/0", "1/0"]);
  for (let n = 0; n < 8; n++) {
    const before = placed.lastIndexOf(placed[n]!, n - 1);
    expect(replaces(spread, n)).toBe(n === 0 || before === -1 ? undefined : before);
  }
});

it("holds each rate for a minute, except in a trial, and accepts no other duration", () => {
  expect(sizesOf(false, undefined).seconds).toBe(60);
  expect(sizesOf(false, "5")).toMatchObject({ seconds: 5, subjects: 600 });
  for (const bad of ["0", "x", "1.5", "601"]) expect(() => sizesOf(false, bad)).toThrow("BENCH_LOAD_SECONDS");
});

it("measures two checkouts in turn, each first as often as the other", () => {
  const against = { root: "/elsewhere", label: "the commit 1234567" };
  expect(sides({})).toEqual(["here"]);
  expect([1, 2, 3].map((run) => turnsOf({ against }, run).join())).toEqual([
    "before,here",
    "here,before",
    "before,here",
  ]);
});

it("adds the other checkout's figures to those of this one", () => {
  const figure = (value: number) => quantity({ name: "load.sustained", what: "events", unit: "/s" }, [value]);
  const against = { root: "/elsewhere", label: "the commit 1234567" };
  expect(beforeOf({ against }, [figure(200)], [figure(75)])).toMatchObject([
    { value: 200, before: { text: "75 /s", from: "the commit 1234567, in the same runs" } },
  ]);
  expect(beforeOf({}, [figure(200)], [])).toEqual([figure(200)]);
});

it("reads a service's addresses from its output, when it has printed all of them", () => {
  const start = "Building the pages …\n\nCallboard is up (1.2 s).\n\n  Start    http://127.0.0.1:41000/\n";
  const whole = `${start}  Viewer   http://127.0.0.1:41000/viewer.html#token=t\n  AWS      http://127.0.0.1:41002\n`;
  expect(readAddresses(start)).toBeUndefined();
  expect(readAddresses(whole)).toEqual({ pages: "http://127.0.0.1:41000", aws: "http://127.0.0.1:41002" });
});

it("says why a folder cannot be compared, and names one that can by its commit", () => {
  const empty = mkdtempSync(join(tmpdir(), "no-checkout-"));
  expect(readCheckout(empty)).toEqual({ problem: `${empty} is not a checkout of Callboard` });
  expect(checkoutProblem(thisRoot)).toBeUndefined();
  expect(readCheckout(thisRoot)).toMatchObject({ label: expect.stringMatching(/^the commit |^another/) });
});
