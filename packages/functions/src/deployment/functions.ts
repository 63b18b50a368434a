import type { FunctionName } from "../environment.ts";

/** A function's settings in a deployment; prices are computed from them too. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** What invokes it: an authorizer's or another route of an API, a rule of the bus, or the schedule and the queue. */
  readonly trigger: "authorizer" | "socket" | "http" | "bus" | "schedule";
  /** How often Lambda retries a failed asynchronous invocation. */
  readonly retries?: number;
}

/** A function of the deployment, by the name of its file under `lambda/`. */
export type DeployedFunction = Exclude<FunctionName, "cli"> | "authorize-http";

/**
 * Every function of the deployment. A new function gets its size here; its variables and permissions are in the stack.
 */
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
  // A message that makes it crash comes again after this time. The next poll is always near, so polls are not retried.
  clock: { memoryMb: 256, timeoutSeconds: 4, trigger: "schedule", retries: 0 },
} as const satisfies Record<DeployedFunction, FunctionSize>;

const { notify: _, ...waking } = deployedFunctions;

/**
 * The longest life of any invocation that sends messages: a row that is not there by then will never be written. `notify`
 * sends none.
 */
export const longestTimeoutSeconds = Math.max(
  ...Object.values(waking).map(({ timeoutSeconds }) => timeoutSeconds),
);

/** The queue of wake-up messages: settings of SQS and of the mapping to the function. */
export const wakeupsQueue = {
  /** Messages that one invocation is given. */
  batchSize: 10,
  /** Lambda requires that it is not shorter than the function's timeout. */
  visibilityTimeoutSeconds: deployedFunctions.clock.timeoutSeconds,
  /** After this many tries a message is a dead letter; the poll finds what it named. */
  maxReceiveCount: 5,
  /** Longer than the longest delay and all tries. */
  messageRetentionSeconds: 3600,
} as const;
