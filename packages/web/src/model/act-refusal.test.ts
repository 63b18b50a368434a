import { type RefusalCode, refusalCodes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { englishForTests } from "../testing/words.ts";
import { actRefusalText } from "./act-refusal.ts";

const context = { deadline: halfPastTwo, now: halfPastTwo };

it.each(["extend", "reassign"] as const)("has a text for every code of %s", (act) => {
  for (const code of Object.keys(refusalCodes) as RefusalCode[])
    expect(actRefusalText(act, code, {}, context, englishForTests)).toMatch(/^[A-Z].+\.$/);
});

it("shows the latest possible deadline, if there is one", () => {
  const room = { latest: halfPastTwo + 600_000 };
  expect(actRefusalText("extend", "invalid", room, context, englishForTests)).toBe(
    "The workflow waits until 14:40 at most.",
  );
  const none = { latest: halfPastTwo };
  expect(actRefusalText("extend", "invalid", none, context, englishForTests)).toContain(
    "no more time to give",
  );
});

it("explains who may assign a question to others", () => {
  expect(actRefusalText("reassign", "forbidden", {}, context, englishForTests)).toBe(
    "Only the owners of the video may assign its question to others.",
  );
});

it("says how long to wait after too many", () => {
  expect(actRefusalText("extend", "rate_limited", { retryAfterMs: 12_000 }, context, englishForTests)).toBe(
    "That was too often in a short time. Wait 12 s and try again.",
  );
});
