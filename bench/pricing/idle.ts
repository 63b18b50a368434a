import { clockHandler } from "@callboard/functions";
import { deployedFunctions } from "@callboard/functions/deployment";
import { assumed } from "./assumptions.ts";
import { type Bill, times } from "./list-prices.ts";
import { logKilobytes } from "./log-lines.ts";
import { billedSeconds, costOf, memoryGbOf, type UseCaseCosts, useCaseCosts } from "./use-case-costs.ts";

const minutesAMonth = 365 * 24 * 5;
const pollSeconds = 20;

/** What the scheduled function does when nothing is due. */
interface Minute {
  /** Queries of an index over all its partitions: each poll is one, and each count. */
  readonly looks: number;
  readonly waitedMs: number;
  /** Names of the metrics that it writes. */
  readonly metrics: readonly string[];
}

/** Runs the handler of the schedule on a virtual clock, with nothing due, and notes what it does. */
export async function idleMinute(): Promise<Minute> {
  let now = Date.UTC(2026, 0, 1);
  let looks = 0;
  const start = now;
  const metrics: string[] = [];
  const look = async () => {
    looks++;
    return 0;
  };
  const handle = clockHandler({
    app: { clock: { pollDue: look, countWaiting: look } },
    clock: {
      now: () => now,
      async wait(ms) {
        now += ms;
      },
    },
    log: { info() {}, warn() {}, metric: (name) => void metrics.push(name) },
  });
  await handle();
  return { looks, waitedMs: now - start, metrics };
}

/** What a stage costs in a month in which nothing happens, part by part; without alarms, and without what is stored. */
export async function idleBills(costs: UseCaseCosts = useCaseCosts()): Promise<Record<string, Bill>> {
  const { looks, waitedMs, metrics } = await idleMinute();
  const { read, calls, ...poll } = costOf(costs, "a poll of the clock");
  // When nothing is due nothing is put.
  const queries = { ...poll, read, calls: calls.replace(/ PutEvents\b.*$/, ""), steps: 1, events: 0 };
  const seconds = looks * billedSeconds(queries) + waitedMs / 1000;
  const queues = Object.values(deployedFunctions).filter(({ trigger }) => /queue/.test(trigger)).length;
  const monthly = (bill: Bill): Bill => times(minutesAMonth, bill);
  return {
    "the schedule and its function": monthly({
      scheduled: 1,
      invocation: 1,
      gigabyteSecond: seconds * memoryGbOf("clock"),
    }),
    "what it reads of the index": monthly({ readUnit: looks * read }),
    "its logs": monthly({ logKilobyte: logKilobytes({ metrics: metrics.length, access: false }) }),
    // Once a minute is less than the once a second of which X-Ray records each.
    "its traces": monthly({ trace: 1 }),
    "its metrics": { metricMonth: new Set(metrics).size },
    "long polls of empty queues": monthly({
      queueRequest: queues * assumed("queuePollers") * (60 / pollSeconds),
    }),
  };
}
