import type { Wakeup } from "@callboard/core";
import { expect, it } from "vitest";
import { keptLog } from "../testing/spies.ts";
import { stillClock } from "../testing/still-clock.ts";
import { clockHandler } from "./clock.ts";

const quarter = Date.UTC(2026, 0, 1, 10, 15);

interface Parts {
  readonly now?: number;
  readonly pollDue?: () => Promise<number>;
  readonly countWaiting?: () => Promise<number>;
  /** The messages that failed. */
  readonly fails?: (wakeup: Wakeup) => boolean;
}

function stage({ now = quarter, pollDue, countWaiting, fails = () => false }: Parts = {}) {
  const { log, metrics } = keptLog();
  const woken: Wakeup[][] = [];
  const clock = {
    pollDue: pollDue ?? (async () => 0),
    countWaiting: countWaiting ?? (async () => 0),
    async wake(wakeups: readonly Wakeup[]) {
      woken.push([...wakeups]);
      return wakeups.filter(fails);
    },
  };
  return { handler: clockHandler({ app: { clock }, clock: stillClock(now), log }), metrics, woken };
}

const record = (messageId: string, body: unknown) => ({
  messageId,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const one: Wakeup = { request: "req_000000000001", version: 2, at: quarter };
const other: Wakeup = { audience: "watch:video/v_1", at: quarter, again: 1 };

it("polls once for each invocation of the schedule, and says how much was due", async () => {
  const { handler, metrics } = stage({ pollDue: async () => 7 });
  expect(await handler({})).toBeUndefined();
  expect(metrics).toEqual([{ name: "due", value: 7 }]);
});

it("writes no metric that is zero", async () => {
  const { handler, metrics } = stage();
  await handler({});
  await handler();
  expect(metrics).toEqual([]);
});

it("counts what is open in the first minute of each quarter of an hour", async () => {
  let counts = 0;
  const countWaiting = async () => ++counts;
  for (let minute = 0; minute < 60; minute++)
    await stage({ now: quarter + minute * 60_000 + 7000, countWaiting }).handler({});
  expect(counts).toBe(4);
});

it("counts although the poll fails, and fails then", async () => {
  const { handler, metrics } = stage({
    pollDue: () => Promise.reject(new Error("the table is away")),
    countWaiting: async () => 3,
  });
  await expect(handler({})).rejects.toThrow("the table is away");
  expect(metrics).toEqual([{ name: "open_requests", value: 3 }]);
});

it("takes the messages of the queue together", async () => {
  const { handler, woken } = stage();
  expect(await handler({ Records: [record("m1", one), record("m2", other)] })).toEqual({
    batchItemFailures: [],
  });
  expect(woken).toEqual([[one, other]]);
});

it("returns only the failed messages to the queue", async () => {
  const { handler } = stage({ fails: (wakeup) => "audience" in wakeup });
  expect(await handler({ Records: [record("m1", one), record("m2", other)] })).toEqual({
    batchItemFailures: [{ itemIdentifier: "m2" }],
  });
});

it.each(["", "null", "[]", '{"request":"x","at":1}', '{"audience":"watch:video/v_1"}'])(
  "returns %s, which is not a wake-up, to the queue, and handles the others",
  async (body) => {
    const { handler, woken } = stage();
    expect(await handler({ Records: [record("m1", body), record("m2", one)] })).toEqual({
      batchItemFailures: [{ itemIdentifier: "m1" }],
    });
    expect(woken).toEqual([[one]]);
  },
);
