import type { FunctionName } from "../environment.ts";

/** What a function is deployed with; prices are computed of it as well. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** What invokes it: an authorizer's or another route of an API, a rule of the bus, or the schedule and the queue. */
  readonly trigger: "authorizer" | "socket" | "http" | "bus" | "schedule";
  /** How often Lambda tries an invocation again that failed; for those alone that nobody waits for. */
  readonly retries?: number;
}

/** A function of the deployment, by the name of its file under `lambda/`. */
export type DeployedFunction = Exclude<FunctionName, "cli"> | "authorize-http";

/** Every function of the deployment. A new one's size is asked for here, its variables and rights in the stack. */
export const deployedFunctions = {
  authorize: { memoryMb: 512, timeoutSeconds: 15, trigger: "authorizer" },
  "authorize-http": { memoryMb: 512, timeoutSeconds: 15, trigger: "authorizer" },
  socket: { memoryMb: 512, timeoutSeconds: 15, trigger: "socket" },
  requests: { memoryMb: 512, timeoutSeconds: 15, trigger: "http" },
  ingest: { memoryMb: 1024, timeoutSeconds: 30, trigger: "bus", retries: 2 },
  fanout: { memoryMb: 1024, timeoutSeconds: 30, trigger: "bus", retries: 2 },
  relay: { memoryMb: 512, timeoutSeconds: 30, trigger: "bus", retries: 2 },
  notify: { memoryMb: 512, timeoutSeconds: 60, trigger: "bus", retries: 2 },
  plugins: { memoryMb: 512, timeoutSeconds: 30, trigger: "bus", retries: 2 },
  // A message that it dies of comes again after this time. The next poll is never far, so none is tried again.
  clock: { memoryMb: 256, timeoutSeconds: 4, trigger: "schedule", retries: 0 },
} as const satisfies Record<DeployedFunction, FunctionSize>;

const { notify: _, ...waking } = deployedFunctions;

/**
 * The longest that any invocation lives which sends messages: a row that was not written after it never will be. `notify`
 * sends none.
 */
export const longestTimeoutSeconds = Math.max(
  ...Object.values(waking).map(({ timeoutSeconds }) => timeoutSeconds),
);

/** The queue of messages that wake the clock up: what SQS and the mapping to the function are set to. */
export const wakeupsQueue = {
  /** Messages that one invocation is given. */
  batchSize: 10,
  /** Lambda wants it no shorter than the function may take. */
  visibilityTimeoutSeconds: deployedFunctions.clock.timeoutSeconds,
  /** After so many tries a message is a dead letter; the poll finds what it named. */
  maxReceiveCount: 5,
  /** Longer than the longest delay and all tries. */
  messageRetentionSeconds: 3600,
} as const;
