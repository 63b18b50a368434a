import { clockHandler } from "@callboard/functions";
import { assumed } from "./assumptions.ts";
import { type Bill, times } from "./list-prices.ts";
import { logKilobytes } from "./log-lines.ts";
import {
  billedSeconds,
  costOf,
  memoryGbOf,
  runsOf,
  type UseCaseCost,
  type UseCaseCosts,
  useCaseCosts,
} from "./use-case-costs.ts";

const HOURS_A_MONTH = 365 * 2;
const MINUTES_AN_HOUR = 60;
const POLL_SECONDS = 20;

/** What the scheduled function does when nothing is due. */
interface Hour {
  readonly polls: number;
  /** Counts of the requests that wait. */
  readonly counts: number;
  /** Names of the metrics that it writes. */
  readonly metrics: readonly string[];
}

/** Runs the handler of the schedule for an hour of a virtual clock, with nothing due, and notes what it does. */
export async function idleHour(): Promise<Hour> {
  const metrics: string[] = [];
  let now = Date.UTC(2026, 0, 1);
  let polls = 0;
  let counts = 0;
  const handle = clockHandler({
    app: {
      clock: {
        async pollDue() {
          polls++;
          return 0;
        },
        async countWaiting() {
          counts++;
          return 0;
        },
        wake: async () => [],
      },
    },
    clock: { now: () => now },
    log: { info() {}, warn() {}, metric: (name) => void metrics.push(name) },
  });
  for (let minute = 0; minute < MINUTES_AN_HOUR; minute++) {
    await handle();
    now += 60_000;
  }
  return { polls, counts, metrics };
}

/** A poll when nothing is due: only its queries, of requests and then of audiences. */
function emptyPoll(costs: UseCaseCosts): UseCaseCost {
  const poll = costOf(costs, "a poll that finds a row due soon");
  const queries = runsOf(poll).filter(({ operation }) => operation === "Query");
  const calls = queries.map(({ operation, count }) => `${operation}×${count}`).join(" ");
  return { ...poll, calls, steps: 2, waitedMs: 0, write: 0, events: 0, messages: 0 };
}

/** The cost of a stage in a month without any work, by part; without alarms and without storage. */
export async function idleBills(costs: UseCaseCosts = useCaseCosts()): Promise<Record<string, Bill>> {
  const { polls, counts, metrics } = await idleHour();
  const poll = emptyPoll(costs);
  // A count reads the partitions of requests: half of what a poll reads.
  const reads = polls + counts / 2;
  const monthly = (bill: Bill): Bill => times(HOURS_A_MONTH, bill);
  return {
    "the schedule and its function": monthly({
      scheduled: MINUTES_AN_HOUR,
      invocation: MINUTES_AN_HOUR,
      gigabyteSecond: reads * billedSeconds(poll) * memoryGbOf("clock"),
    }),
    "what it reads of the index": monthly({ readUnit: reads * poll.read }),
    "its logs": monthly({
      logKilobyte:
        MINUTES_AN_HOUR * logKilobytes({ metrics: metrics.length / MINUTES_AN_HOUR, access: false }),
    }),
    // X-Ray records the first trace of each second, so it records each poll.
    "its traces": monthly({ trace: MINUTES_AN_HOUR }),
    "its metrics": { metricMonth: new Set(metrics).size },
    "long polls of its empty queue": monthly({
      queueRequest: assumed("queuePollers") * (3600 / POLL_SECONDS),
    }),
  };
}

/**
 * What the post-processing of videos adds in such a month, without its alarms. Its functions, state machine, cluster and network cost nothing
 * while nobody uses them, nor does the secret that EventBridge keeps for a connection; the network has a zone of names.
 */
export const idlePostProcessing: Record<string, Bill> = {
  "the zone of the network of the post-processing": { hostedZoneMonth: 1 },
};
