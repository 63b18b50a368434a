import { sleepingClock } from "@callboard/aws-local";
import { expect, it } from "vitest";
import { every } from "./every.ts";

const minuteMs = 60_000;

it("continues within seconds after the machine wakes, once for the whole sleep", async () => {
  const clock = sleepingClock();
  const runs: number[] = [];
  const stop = every(clock, minuteMs, async () => void runs.push(clock.now()));
  await clock.advance(minuteMs + 1);
  expect(runs).toHaveLength(2);
  clock.sleep(120 * minuteMs);
  const woken = clock.now();
  await clock.advance(2_000);
  expect(runs).toHaveLength(3);
  expect(runs[2]! - woken).toBeLessThanOrEqual(1_250);
  await stop();
});

it("continues at its pace when the clock is set back", async () => {
  const clock = sleepingClock();
  let runs = 0;
  const stop = every(clock, minuteMs, async () => void runs++);
  await clock.advance(1);
  clock.set(-120 * minuteMs);
  await clock.advance(minuteMs);
  expect(runs).toBe(2);
  await stop();
});
