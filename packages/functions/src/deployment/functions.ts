import type { FunctionName } from "../environment.ts";

/** What a function is deployed with; prices are computed of it as well. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** What invokes it: an authorizer's or another route of an API, a rule of the bus, or the schedule. */
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
  // The next poll is never far; one that is tried again would run beside it.
  clock: { memoryMb: 256, timeoutSeconds: 60, trigger: "schedule", retries: 0 },
} as const satisfies Record<DeployedFunction, FunctionSize>;
