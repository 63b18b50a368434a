import { expect, it } from "vitest";
import { isMultiple } from "./multiple.ts";

it.each([
  [0.3, 0.1, true],
  [19.99, 0.01, true],
  [1e308, 1e-10, true],
  [-6, 2, true],
  [0, 5, true],
  [0.35, 0.1, false],
  [7, 2, false],
])("whether %d is a multiple of %d: %s", (value, of, right) => {
  expect(isMultiple(value, of)).toBe(right);
});
