import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { englishForTests } from "../testing/words.ts";
import { mendText, standingText, waitingText } from "./subject.ts";

const told = (count: number, deadline?: number) =>
  waitingText({ count, since: halfPastTwo - 60_000, deadline }, halfPastTwo, englishForTests);

it("shows that somebody is waited for, until the earliest deadline", () => {
  expect(told(2, halfPastTwo + 120_000)).toBe("Waiting for 2 answers since 14:29, the first until 14:32.");
  expect(told(1, halfPastTwo + 120_000)).toBe("Waiting for an answer since 14:29, until 14:32.");
  expect(told(1)).toBe("Waiting for an answer since 14:29.");
  expect(waitingText(undefined, halfPastTwo, englishForTests)).toBeUndefined();
});

it("shows the state of a subject in short, and for how long", () => {
  const glance = (more: object, waiting = 0) =>
    standingText(
      { state: "running", startedAt: halfPastTwo, ...more },
      waiting,
      halfPastTwo,
      englishForTests,
    );
  expect(glance({ startedAt: halfPastTwo - 12_400 })).toBe("Under way · 12 s");
  expect(glance({ startedAt: halfPastTwo - 319_000 })).toBe("Under way · 5 min");
  expect(glance({ startedAt: halfPastTwo - 319_000 }, 1)).toBe("Waiting for an answer · 5 min");
  expect(glance({ startedAt: halfPastTwo + 60_000 })).toBe("Under way · 0 s");
  expect(glance({ state: "timed_out", endedAt: halfPastTwo - 60_000 })).toBe("Took too long · 14:29");
});

it("explains how to fix a question without a deadline", () => {
  const warning = { key: "warning/a", message: "for ever" };
  expect(mendText({ ...warning, code: "no_deadline" }, englishForTests)).toContain("deadlineSeconds");
  expect(mendText({ ...warning, code: "shared_thread" }, englishForTests)).toBeUndefined();
});
