import { expect, it } from "vitest";
import { keptLog } from "../testing/spies.ts";
import { stillClock } from "../testing/still-clock.ts";
import { clockHandler } from "./clock.ts";

/** Polls with `poll`, which is told how far into the minute it is. */
function stage(poll: (atMs: number) => Promise<number>) {
  const clock = stillClock();
  const start = clock.now();
  const { log, metrics } = keptLog();
  const app = { clock: { pollDue: () => poll(clock.now() - start), countWaiting: async () => 3 } };
  return { handler: clockHandler({ app, clock, log }), clock, metrics };
}

it("polls every five seconds for 55 seconds", async () => {
  const polls: number[] = [];
  const { handler, metrics } = stage(async (at) => polls.push(at));
  await handler();
  expect(polls).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55].map((s) => s * 1000));
  expect(metrics).toEqual([
    { name: "due", value: 78 },
    { name: "open_requests", value: 3 },
  ]);
});

it("leaves out the polls that a slow one has missed, and ends in its minute", async () => {
  const polls: number[] = [];
  const { handler, clock } = stage(async (at) => {
    polls.push(at);
    if (polls.length <= 2) await clock.wait(27_000);
    return 0;
  });
  await handler();
  expect(polls).toEqual([0, 30_000]);
});

it("goes on polling after a failure, and reports it in the end", async () => {
  let polls = 0;
  const { handler } = stage(async () => {
    if (++polls === 2) throw new Error("the table is away");
    return 0;
  });
  await expect(handler()).rejects.toThrow("the table is away");
  expect(polls).toBe(12);
});
