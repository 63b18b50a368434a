import { fileURLToPath } from "node:url";
import { startCallboard } from "@callboard/dev";
import { answerCalls, givenArgument } from "./calls.ts";
import { createFaults, type FaultCounts } from "./faults.ts";
import type { Plan } from "./plan.ts";
import { seeded } from "./random.ts";

/** The server's ports and data folder, for all of its lives. */
export interface Place {
  readonly data: string;
  readonly port: number;
  readonly socketPort: number;
  readonly awsPort: number;
}

/** The server's options; each life has its own random numbers. */
export interface ServerArgument {
  readonly plan: Plan;
  readonly place: Place;
  readonly life: number;
}

export interface ServerReport {
  readonly faults: FaultCounts;
  /** The maximum so far, in bytes. */
  readonly memory: number;
}

const { plan, place, life } = givenArgument<ServerArgument>();
const faults = createFaults(plan.faults, seeded(plan.seed, `faults ${life}`));
const chance = seeded(plan.seed, `bus ${life}`);
let isCalm = false;
const MANY = 1_000_000;
/** Sooner than on AWS, but not so soon that all come while the crowd reconnects. */
const retryDelaysMs = [2_000, 15_000];

const started = startCallboard(place, {
  // Next to the bundle that contains this code.
  pages: fileURLToPath(new URL("../pages", import.meta.url)),
  say: console.log,
  retryDelaysMs,
  disturbPosts: faults.disturb,
  // Without random numbers every delivery waits equally long, and none comes twice.
  chaos: { ...plan.chaos, random: () => (isCalm ? 0.999 : chance()) },
  gatewayLimits: {
    connections: plan.sockets + 2_000,
    inFlight: plan.messagesAtOnce,
    requestsPerSecond: MANY,
    requestBurst: MANY,
  },
});

async function settled(): Promise<void> {
  const { bus, lambda } = await started;
  await bus.idle();
  await lambda.idle();
}

const operations = {
  up: async () => void (await started),
  /** Loses every post from now on. */
  async lose() {
    await started;
    faults.lose();
  },
  /** Waits until everything that was put is processed, then ends all faults. */
  async calm() {
    isCalm = true;
    await settled();
    faults.calm();
  },
  settled,
  /** Dead letters of the functions. */
  async deadLetters(): Promise<number> {
    return (await (await started).lambda.deadLetters()).length;
  },
};
export type ServerOperations = typeof operations;

answerCalls(
  operations,
  (): ServerReport => ({
    faults: faults.counts,
    memory: process.resourceUsage().maxRSS * 1024,
  }),
);
