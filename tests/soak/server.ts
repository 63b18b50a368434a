import { fileURLToPath } from "node:url";
import { startCallboard } from "@callboard/dev";
import { answerCalls, givenArgument } from "./calls.ts";
import { createFaults, type FaultCounts } from "./faults.ts";
import type { Plan } from "./plan.ts";
import { seeded } from "./random.ts";

/** Where the server listens and keeps its data, through all of its lives. */
export interface Place {
  readonly data: string;
  readonly port: number;
  readonly socketPort: number;
  readonly awsPort: number;
}

/** What the server is started with; each life has chances of its own. */
export interface ServerArgument {
  readonly plan: Plan;
  readonly place: Place;
  readonly life: number;
}

export interface ServerTold {
  readonly faults: FaultCounts;
  /** The most so far, in bytes. */
  readonly memory: number;
}

const { plan, place, life } = givenArgument<ServerArgument>();
const faults = createFaults(plan.faults, seeded(plan.seed, `faults ${life}`));
const chance = seeded(plan.seed, `bus ${life}`);
let isCalm = false;
const many = 1_000_000;
/** Sooner than on AWS, but not so soon that they all come while the crowd comes back. */
const retryDelaysMs = [2_000, 15_000];

const started = startCallboard(place, {
  // Beside the bundle that this is part of.
  pages: fileURLToPath(new URL("../pages", import.meta.url)),
  say: console.log,
  retryDelaysMs,
  disturbPosts: faults.disturb,
  // Without chance every delivery waits equally long, and none comes twice.
  chaos: { ...plan.chaos, random: () => (isCalm ? 0.999 : chance()) },
  gatewayLimits: {
    connections: plan.sockets + 2_000,
    inFlight: plan.messagesAtOnce,
    requestsPerSecond: many,
    requestBurst: many,
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
  /** Waits until everything that was put has been taken, then ends all faults. */
  async calm() {
    isCalm = true;
    await settled();
    faults.calm();
  },
  settled,
  /** What the functions could not take for good. */
  async deadLetters(): Promise<number> {
    return (await (await started).lambda.deadLetters()).length;
  },
};
export type ServerOperations = typeof operations;

answerCalls(
  operations,
  (): ServerTold => ({
    faults: faults.counts,
    memory: process.resourceUsage().maxRSS * 1024,
  }),
);
