import { minutes, seconds } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { decideDue, dueOf, GRACE_MS, latestDeadline, probeEveryMs } from "./agenda.ts";
import type { FeedbackRequest } from "./request.ts";

const now = 1_000_000_000;

/** An open question of which nothing is due but the probe, a minute from now. */
const open = {
  status: { state: "open" },
  version: 3,
  announced: 3,
  changedAt: now,
  probeAt: now + 60_000,
} as unknown as FeedbackRequest;

const everything: FeedbackRequest = {
  ...open,
  announced: 2,
  deadline: now + 1,
  remindAt: now + 2,
  escalate: { at: now + 3, to: [] },
  notifyAt: now + 4,
};
const answered: FeedbackRequest = {
  ...everything,
  status: {
    state: "answered",
    reply: {},
    relayAt: now + 7,
    attempts: 0,
  } as unknown as FeedbackRequest["status"] & {
    state: "answered";
  },
};
const closed: FeedbackRequest = { ...everything, announced: 3, status: { state: "expired", at: now } };

describe("what is due", () => {
  it("is nothing before its time", () => {
    expect(decideDue(open, now + 59_999)).toEqual([]);
    expect(decideDue(open, now + 60_000)).toEqual(["probe"]);
  });

  it("is each step from its own time on", () => {
    const { deadline: _, ...endless } = { ...everything, announced: 3 };
    expect(decideDue(endless, now + 1)).toEqual([]);
    expect(decideDue(endless, now + 2)).toEqual(["remind"]);
    expect(decideDue(endless, now + 3)).toEqual(["remind", "escalate"]);
    expect(decideDue(endless, now + 4)).toEqual(["remind", "escalate", "notify"]);
  });

  it("is only the deadline once it has passed", () => {
    expect(decideDue({ ...everything, announced: 3 }, now + 60_000)).toEqual(["deadline"]);
  });

  it("is an unannounced change before any other step, even before its own time", () => {
    expect(decideDue(everything, now)).toEqual([]);
    expect(decideDue(everything, now + 1)).toEqual(["announce", "deadline"]);
    expect(decideDue({ ...open, announced: 2 }, now + GRACE_MS - 1)).toEqual([]);
    expect(decideDue({ ...open, announced: 2 }, now + GRACE_MS)).toEqual(["announce"]);
  });

  it("is the relay of an answer, and nothing that was scheduled while it was open", () => {
    expect(decideDue({ ...answered, announced: 3 }, now + 6)).toEqual([]);
    expect(decideDue({ ...answered, announced: 3 }, now + 60_000)).toEqual(["relay"]);
  });

  it("is nothing for a question that is closed and announced", () => {
    expect(decideDue(closed, now + 60_000)).toEqual([]);
    expect(dueOf(closed)).toBeUndefined();
  });
});

it("returns when the first step is due", () => {
  expect(dueOf(open)).toBe(now + 60_000);
  expect(dueOf(everything)).toBe(now + 1);
  expect(dueOf(answered)).toBe(now + 7);
  expect(dueOf({ ...closed, announced: 2 })).toBe(now + GRACE_MS);
});

it("sends a heartbeat every third of the time that the state gives, but every minute at most, and in whole milliseconds", () => {
  expect(probeEveryMs(undefined)).toBe(minutes(5));
  expect(probeEveryMs(10)).toBe(minutes(1));
  expect(probeEveryMs(600)).toBe(seconds(200));
  expect(probeEveryMs(400)).toBe(133_333);
});

it("leaves an answer a tenth of the wait to arrive: 15 seconds at least, a minute at most, half of a very short wait", () => {
  const marginOf = (timeoutMs: number) => now + timeoutMs - latestDeadline(now, now + timeoutMs);
  expect(marginOf(minutes(60))).toBe(minutes(1));
  expect(marginOf(minutes(5))).toBe(seconds(30));
  expect(marginOf(minutes(1))).toBe(seconds(15));
  expect(marginOf(seconds(10))).toBe(seconds(5));
  expect(latestDeadline(0, 3)).toBe(1);
});
