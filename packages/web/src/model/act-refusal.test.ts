import { type RefusalCode, refusalCodes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { halfPastTwo, london } from "../testing/items.ts";
import { actRefusalText } from "./act-refusal.ts";

const context = { deadline: halfPastTwo, now: halfPastTwo, locale: london };

it.each(["extend", "reassign"] as const)("has words for every code of %s", (act) => {
  for (const code of Object.keys(refusalCodes) as RefusalCode[])
    expect(actRefusalText(act, code, {}, context)).toMatch(/^[A-Z].+\.$/);
});

it("says until when there is room, and when there is none", () => {
  const room = { latest: halfPastTwo + 600_000 };
  expect(actRefusalText("extend", "invalid", room, context)).toBe("The workflow waits until 14:40 at most.");
  const none = { latest: halfPastTwo };
  expect(actRefusalText("extend", "invalid", none, context)).toContain("no more time to give");
});

it("says plainly who may put a question to others", () => {
  expect(actRefusalText("reassign", "forbidden", {}, context)).toBe(
    "Only the owners of the video may put its question to others.",
  );
});

it("says how long to wait after too many", () => {
  expect(actRefusalText("extend", "rate_limited", { retryAfterMs: 12_000 }, context)).toBe(
    "That was too often in a short time. Wait 12 s and try again.",
  );
});
