import { expect, it } from "vitest";
import { sleepingClock, systemClock, virtualClock } from "./clock.ts";

it("runs due timers in the order of their times", async () => {
  const clock = virtualClock(0);
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b@${clock.now()}`));
  clock.after(10, () => {
    seen.push(`a@${clock.now()}`);
    clock.after(5, () => seen.push(`c@${clock.now()}`));
  });
  await clock.advance(30);
  expect(seen).toEqual(["a@10", "c@15", "b@20"]);
  expect(clock.now()).toBe(30);
});

it("does not run cancelled timers", async () => {
  const clock = virtualClock(0);
  const seen: string[] = [];
  const cancel = clock.after(10, () => seen.push("a"));
  cancel();
  await clock.advance(30);
  expect(seen).toEqual([]);
});

const hourMs = 3_600_000;

it("runs timers that became due while the machine slept within a second after it wakes, and no others", async () => {
  const clock = sleepingClock();
  const woken = clock.now() + 2 * hourMs;
  const late: Record<string, number> = {};
  const note = (name: string) => () => {
    late[name] = clock.now() - woken;
  };
  for (const [name, ms] of Object.entries({ second: 1_000, minute: 60_000, hour: hourMs, day: 24 * hourMs }))
    clock.after(ms, note(name));
  clock.sleep(2 * hourMs);
  await clock.advance(1_300);
  expect(Object.keys(late).sort()).toEqual(["hour", "minute", "second"]);
  clock.sleep(22 * hourMs);
  await clock.advance(1_300);
  expect(late.day! - 22 * hourMs).toBeLessThanOrEqual(1_300 + 1_250);
});

it.each([1_000, 1_250, 1_251, 2_000, 61_234, hourMs])("is on time after %i ms awake", async (ms) => {
  const clock = sleepingClock(0);
  const seen: number[] = [];
  clock.after(ms, () => seen.push(clock.now()));
  await clock.advance(ms - 1);
  expect(seen).toEqual([]);
  await clock.advance(1);
  expect(seen).toEqual([ms]);
});

it.each([-2, -48])(
  "neither delays a timer nor brings it forward when it is set by %i hours",
  async (hours) => {
    const clock = sleepingClock();
    const seen: string[] = [];
    clock.after(60_000, () => seen.push("minute"));
    clock.after(hourMs, () => seen.push("hour"));
    clock.set(hours * hourMs);
    await clock.advance(59_999);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toEqual(["minute"]);
    await clock.advance(hourMs - 60_001);
    expect(seen).toEqual(["minute"]);
    await clock.advance(1);
    expect(seen).toEqual(["minute", "hour"]);
  },
);

it("waits longer than Node's timers can", async () => {
  const clock = sleepingClock();
  const seen: string[] = [];
  clock.after(2 ** 31 + 5_000, () => seen.push("month"));
  clock.sleep(2 ** 31);
  await clock.advance(4_999);
  expect(seen).toEqual([]);
  await clock.advance(1);
  expect(seen).toEqual(["month"]);
});

it("sets one timer of the machine for all distant timers, and none when there are none", async () => {
  const clock = sleepingClock();
  const cancels = Array.from({ length: 1_000 }, (_, n) => clock.after(hourMs + n, () => {}));
  expect(clock.timers()).toBe(1);
  for (const cancel of cancels) cancel();
  expect(clock.timers()).toBe(0);
  const ran: string[] = [];
  const cancel = clock.after(hourMs, () => ran.push("cancelled"));
  await clock.advance(hourMs - 500);
  cancel();
  cancel();
  clock.after(2_000, () => {
    ran.push("last");
    clock.after(5_000, () => ran.push("later"));
  });
  await clock.advance(10_000);
  expect(ran).toEqual(["last", "later"]);
  expect(clock.timers()).toBe(0);
});

it("does not keep a process alive by the machine's own timers", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const cancels = [100, 5_000, 2 ** 40].map((ms) => systemClock.after(ms, () => {}));
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBe(before);
  for (const cancel of cancels) cancel();
});
