import { expect, it } from "vitest";
import { workBudget } from "./check-answers.ts";
import { TooMuchWork } from "./step-budget.ts";

it("does not stop work that waits for a busy CPU", () => {
  const budget = workBudget();
  const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
  expect(budget.run(pause)).toBe("timed-out");
  expect(budget.wasCut()).toBe(false);
});

it("ends work that takes too many steps, and endless work without steps", () => {
  const budget = workBudget();
  const forever = (step: number) => () => {
    for (;;) budget.spend(step);
  };
  expect(() => budget.run(forever(1))).toThrow(TooMuchWork);
  expect(budget.wasCut()).toBe(false);
  expect(() => budget.run(forever(0))).toThrow(TooMuchWork);
  expect(budget.wasCut()).toBe(true);
  expect(budget.run(() => 7)).toBe(7);
});
