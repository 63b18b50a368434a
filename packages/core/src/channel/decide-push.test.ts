import { describe, expect, it } from "vitest";
import { decidePush, isUrgent, PROMISE_GRACE_MS } from "./decide-push.ts";

const pushEveryMs = 250;
const context = (head: number, urgent: boolean, now: number) => ({
  head,
  urgent,
  now,
  spacingMs: pushEveryMs,
  latestFlushAt: 0,
});
const quiet = { pushed: 4, pushedAt: 1000, flushAt: 0 };

describe("a change that may wait", () => {
  it("is pushed at once when the last push is long enough ago", () => {
    expect(decidePush(quiet, context(5, false, 1000 + pushEveryMs))).toEqual({
      plan: { push: "now", from: 4 },
      after: { pushed: 5, pushedAt: 1000 + pushEveryMs, flushAt: 0 },
    });
  });

  it("promises to push later when it is not", () => {
    expect(decidePush(quiet, context(5, false, 1001))).toEqual({
      plan: { push: "later", flushAt: 1000 + pushEveryMs },
      after: { ...quiet, flushAt: 1000 + pushEveryMs },
    });
  });

  it("relies on an existing promise, also for some time after it was due", () => {
    const promised = { ...quiet, flushAt: 1250 };
    for (const now of [1100, 1250, 1249 + PROMISE_GRACE_MS])
      expect(decidePush(promised, context(6, false, now))).toEqual({
        plan: { push: "promised" },
        after: promised,
      });
  });

  it("takes over a promise that nobody kept, with its changes", () => {
    const now = 1250 + PROMISE_GRACE_MS;
    expect(decidePush({ ...quiet, flushAt: 1250 }, context(9, false, now))).toEqual({
      plan: { push: "now", from: 4 },
      after: { pushed: 9, pushedAt: now, flushAt: 0 },
    });
  });

  it("joins a promise for the subject's other channel, if that is due at about that time", () => {
    const other = (latestFlushAt: number) => decidePush(quiet, { ...context(5, false, 1001), latestFlushAt });
    expect(other(1100)).toEqual({ plan: { push: "promised" }, after: { ...quiet, flushAt: 1250 } });
    expect(other(1400)).toEqual({ plan: { push: "promised" }, after: { ...quiet, flushAt: 1400 } });
    expect(other(1500)).toEqual({ plan: { push: "promised" }, after: { ...quiet, flushAt: 1500 } });
    expect(other(1501).plan).toEqual({ push: "later", flushAt: 1250 });
  });

  it("waits for one spacing at most, even if the clock of the last push was wrong", () => {
    const { plan } = decidePush({ ...quiet, pushedAt: 9e12 }, context(5, false, 1000));
    expect(plan).toEqual({ push: "later", flushAt: 1000 + pushEveryMs });
  });
});

describe("a change that may not wait", () => {
  it("is pushed at once, with the waiting changes, and leaves a promise to the process that made it", () => {
    expect(decidePush({ ...quiet, flushAt: 1250 }, context(7, true, 1100))).toEqual({
      plan: { push: "now", from: 4 },
      after: { pushed: 7, pushedAt: 1100, flushAt: 1250 },
    });
  });

  it.each([
    ["request/req_1", { state: "open" }, true],
    ["receipt/r1", { status: "relayed" }, true],
    ["request/req_1", null, true],
    ["waiting", null, true],
    ["step/e/probe", { state: "failed" }, true],
    ["execution/e", { state: "timed_out" }, true],
    ["step/e/probe", { state: "running" }, false],
    ["step/e/probe", null, false],
    ["private/request/1", { state: "open" }, false],
    ["private/step/1", { state: "failed" }, false],
    ["viewers", { count: 3 }, false],
    ["candidate/title/1/a", { title: "A" }, false],
  ])("%s %j: %s", (key, value, urgent) => {
    expect(isUrgent({ key, value })).toBe(urgent);
  });
});
