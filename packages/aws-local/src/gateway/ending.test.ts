import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { endings } from "./ending.ts";

function stage() {
  const clock = virtualClock();
  const start = clock.now();
  let timers = 0;
  const counted = {
    ...clock,
    after(ms: number, run: () => void) {
      timers++;
      return clock.after(ms, run);
    },
  };
  const all = new Map<string, { at: number; endsAt(): number; end(): void }>();
  const ended: { name: string; after: number }[] = [];
  const watch = endings(counted, all);
  return {
    clock,
    ended,
    timers: () => timers,
    stop: watch.stop,
    /** Milliseconds from the start of the test to its end. */
    add(name: string, ms: number) {
      const one = {
        at: start + ms,
        endsAt: () => one.at,
        end() {
          ended.push({ name, after: clock.now() - start });
          all.delete(name);
        },
      };
      all.set(name, one);
      watch.watch();
      return (later: number) => {
        one.at = start + later;
      };
    },
  };
}

it("ends each at its time, and one that has moved at its later time", async () => {
  const { clock, add, ended } = stage();
  const prolong = add("a", 60_000);
  add("b", 90_000);
  await clock.advance(30_000);
  prolong(100_000);
  await clock.advance(80_000);
  expect(ended).toEqual([
    { name: "b", after: 90_000 },
    { name: "a", after: 100_000 },
  ]);
});

it("has one timer for all, and sweeps once a second at most", async () => {
  const { clock, add, ended, timers } = stage();
  for (let n = 0; n < 1_000; n++) add(`c${n}`, 60_000 + n);
  expect(timers()).toBe(1);
  await clock.advance(62_000);
  expect(ended).toHaveLength(1_000);
  expect(Math.max(...ended.map(({ after }, n) => after - 60_000 - n))).toBeLessThanOrEqual(1_000);
  expect(timers()).toBe(2);
});

it("sets no timer when there are no members, and starts again with the next", async () => {
  const { clock, add, ended, stop, timers } = stage();
  add("a", 10_000);
  await clock.advance(10_000);
  expect(timers()).toBe(1);
  add("b", 20_000);
  stop();
  await clock.advance(60_000);
  expect(ended.map(({ name }) => name)).toEqual(["a"]);
  add("c", 100_000);
  await clock.advance(60_000);
  expect(ended.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});
