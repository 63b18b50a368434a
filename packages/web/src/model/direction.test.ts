import { expect, it } from "vitest";
import { directionOf } from "./direction.ts";

it("reads a text from the side of its first letter, whatever comes before or after it", () => {
  expect(directionOf("Which title?")).toBe("ltr");
  expect(directionOf("7: أي عنوان؟ (talk.mp4)")).toBe("rtl");
  expect(directionOf("“שלום” in English")).toBe("rtl");
  expect(directionOf("どのタイトル？ عنوان")).toBe("ltr");
});

it("leaves open from where signs alone are read", () => {
  expect(directionOf("12 + 3?")).toBeUndefined();
  expect(directionOf("")).toBeUndefined();
});
