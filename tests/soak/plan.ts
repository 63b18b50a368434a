import type { FaultShares } from "./faults.ts";

/** All numbers of a soak. */
export interface Plan {
  /** The same seed chooses the same faults, disconnects and kills, as far as the machine's speed allows. */
  readonly seed: number;
  readonly sockets: number;
  /** How long faults are injected once all sockets are open. */
  readonly seconds: number;
  /** How often the gateway is killed meanwhile, with everything in its process. */
  readonly kills: number;
  /** Progress reports per second. */
  readonly eventsPerSecond: number;
  /** The share of the events about the most followed subjects. */
  readonly popularShare: number;
  readonly questionsPerSecond: number;
  /** Sockets that break per second. */
  readonly disconnectsPerSecond: number;
  /**
   * Concurrent attempts to connect; others wait for their tokens. It limits a returning crowd to what the machine can
   * handle: ten thousand at once on two cores is another question.
   */
  readonly attempts: number;
  /** Messages that the gateway handles at once: one process does here what Lambda spreads over many. */
  readonly messagesAtOnce: number;
  /** Heartbeats that clients are made to send per second, after the faults. */
  readonly beatsPerSecond: number;
  /** Faults of posts. */
  readonly faults: FaultShares;
  /** Faults of events on the bus. */
  readonly chaos: { readonly shuffle: number; readonly duplicate: number };
  /** Scales the clients' random waits: 1 is the client's default. */
  readonly patience: number;
  /** Timeouts in seconds: until all sockets are open, until all are up to date. */
  readonly fillSeconds: number;
  readonly wholeSeconds: number;
}

/** `npm run soak`. The shares of faults are small, because each lost post costs the gateway a subscribe. */
export const longPlan: Plan = {
  seed: 1,
  sockets: 10_000,
  seconds: 300,
  kills: 30,
  eventsPerSecond: 10,
  popularShare: 0.25,
  questionsPerSecond: 0.3,
  disconnectsPerSecond: 5,
  attempts: 50,
  messagesAtOnce: 100,
  beatsPerSecond: 60,
  faults: {
    drop: 0.003,
    duplicate: 0.02,
    delay: 0.03,
    longestDelayMs: 400,
    refuse: 0.01,
    failAfterSend: 0.01,
  },
  chaos: { shuffle: 100, duplicate: 0.1 },
  patience: 1,
  fillSeconds: 400,
  wholeSeconds: 400,
};

/** What `npm test` has time for: fewer sockets, with more faults for each. */
export const shortPlan: Plan = {
  ...longPlan,
  sockets: 150,
  seconds: 10,
  kills: 5,
  popularShare: 0.4,
  questionsPerSecond: 0.8,
  disconnectsPerSecond: 10,
  attempts: 20,
  messagesAtOnce: 40,
  beatsPerSecond: 100,
  faults: { drop: 0.05, duplicate: 0.05, delay: 0.1, longestDelayMs: 400, refuse: 0.03, failAfterSend: 0.03 },
  chaos: { shuffle: 150, duplicate: 0.2 },
  patience: 0.4,
  fillSeconds: 20,
  wholeSeconds: 90,
};
