import type { FaultShares } from "./faults.ts";

/** All numbers of a soak. */
export interface Plan {
  /** The same seed chooses the same faults, disconnects and moments of death, as far as the machine's pace lets it. */
  readonly seed: number;
  readonly sockets: number;
  /** How long the sockets are disturbed once they are all there. */
  readonly seconds: number;
  /** How often the gateway, with everything around it, is killed meanwhile. */
  readonly kills: number;
  /** Progress reported, in events a second. */
  readonly eventsPerSecond: number;
  /** The share of the events that the most followed subjects get. */
  readonly popularShare: number;
  readonly questionsPerSecond: number;
  /** Sockets that break, a second. */
  readonly disconnectsPerSecond: number;
  /**
   * Attempts to connect that are under way at once; the others wait for their tokens. It paces a crowd that comes back as
   * the machine can take it: what a herd of ten thousand does to two cores is another question.
   */
  readonly attempts: number;
  /** Messages that the gateway takes at once: one process does here what Lambda spreads over many. */
  readonly messagesAtOnce: number;
  /** Clients that are told to beat, a second, when the faults are over. */
  readonly beatsPerSecond: number;
  /** What becomes of posts. */
  readonly faults: FaultShares;
  /** What becomes of events on the bus. */
  readonly chaos: { readonly shuffle: number; readonly duplicate: number };
  /** Scales the clients' random waits: 1 is what a client does. */
  readonly patience: number;
  /** Bounds in seconds: until everybody is there, until everybody is whole. */
  readonly fillSeconds: number;
  readonly wholeSeconds: number;
}

/** `npm run soak`. The shares of faults are small since each post that is lost costs the gateway a subscribe. */
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
  faults: { drop: 0.003, duplicate: 0.02, delay: 0.03, longestDelayMs: 400, refuse: 0.01, doubt: 0.01 },
  chaos: { shuffle: 100, duplicate: 0.1 },
  patience: 1,
  fillSeconds: 400,
  wholeSeconds: 400,
};

/** What `npm test` has time for: the same with few sockets, and worse luck for each. */
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
  faults: { drop: 0.05, duplicate: 0.05, delay: 0.1, longestDelayMs: 400, refuse: 0.03, doubt: 0.03 },
  chaos: { shuffle: 150, duplicate: 0.2 },
  patience: 0.4,
  fillSeconds: 20,
  wholeSeconds: 90,
};
