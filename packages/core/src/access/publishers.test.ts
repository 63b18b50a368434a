import { expect, it } from "vitest";
import { mayPublish } from "./publishers.ts";

const publishers = { video: ["video/", "clip/c_"], orders: ["order/"] };

it.each([
  ["video", "video/v_1", true],
  ["video", "clip/c_1", true],
  ["video", "clip/d_1", false],
  ["video", "order/1", false],
  ["orders", "order/1", true],
  ["somebody", "order/1", false],
  ["constructor", "order/1", false],
] as const)("tells whether %s may publish about %s: %s", (source, subject, may) => {
  expect(mayPublish(publishers, source, subject)).toBe(may);
});

it("lets everybody publish where nobody is named", () => {
  expect(mayPublish(undefined, "somebody", "order/1")).toBe(true);
});

it("lets nobody publish where the list is empty", () => {
  expect(mayPublish({}, "somebody", "order/1")).toBe(false);
});
