import { expect, it } from "vitest";
import { virtualClock } from "./clock.ts";

it("runs what falls due in the order of its time", async () => {
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

it("does not run what was cancelled", async () => {
  const clock = virtualClock(0);
  const seen: string[] = [];
  const cancel = clock.after(10, () => seen.push("a"));
  cancel();
  await clock.advance(30);
  expect(seen).toEqual([]);
});
