import { type RefusalCode, refusalCodes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { plain } from "../testing/plain.ts";
import { englishForTests } from "../testing/words.ts";
import { refusalText } from "./refusal.ts";

const context = { me: "ana", now: halfPastTwo };
const text = (code: RefusalCode, details: Record<string, unknown> = {}) =>
  plain(refusalText(code, details, context, englishForTests));

it("has a text for every code", () => {
  const texts = (Object.keys(refusalCodes) as RefusalCode[]).map((code) => text(code));
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.every((one) => one.endsWith("."))).toBe(true);
});

it("shows who was faster, with what and when", () => {
  const details = { by: { id: "bo", name: "Bo" }, at: halfPastTwo, verb: "regenerate" };
  expect(text("already_answered", details)).toBe(
    "Bo was faster and asked for other proposals at 14:30. Your answer was not taken.",
  );
});

it("shows in a person's second tab that they had answered themselves", () => {
  const details = { by: { id: "ana", name: "Ana" }, at: halfPastTwo, verb: "pick" };
  expect(text("already_answered", details)).toBe(
    "You had already answered: you chose a proposal at 14:30. This second answer was not taken.",
  );
});

it("shows that the default was used before", () => {
  expect(text("already_answered", { by: "system", verb: "pick" })).toContain("the system gave the default");
});

it("names the round and the reason", () => {
  expect(text("stale_round", { round: 2 })).toContain("round 2");
  expect(text("withdrawn", { reason: "The execution was stopped" })).toBe(
    "The workflow no longer waits for an answer. The execution was stopped. Your answer was not taken.",
  );
});

it("says how long to wait after too many answers", () => {
  expect(text("rate_limited", { retryAfterMs: 42_300 })).toContain("Wait 42 s and send it again.");
  expect(text("rate_limited")).toContain("Wait a moment and send it again.");
});
