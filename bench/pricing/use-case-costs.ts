import { readFileSync } from "node:fs";
import { type DeployedFunction, deployedFunctions } from "@callboard/functions/deployment";
import { type Bill, dollarsOf } from "./list-prices.ts";

/** What one invocation took, as `packages/functions/src/crash/calls.test.ts` counts it. */
export interface UseCaseCost {
  /** `ingest Progress Reported`: the function, and what invoked it. */
  readonly invocation: string;
  readonly calls: string;
  readonly read: number;
  readonly write: number;
  readonly events: number;
  readonly posts: number;
}

const file = new URL("../../packages/functions/src/crash/costs.json", import.meta.url);

/** Every use case, by its name. */
export const useCaseCosts = (): Record<string, UseCaseCost> =>
  JSON.parse(readFileSync(file, "utf8")) as Record<string, UseCaseCost>;

/** Assumed of every invocation: 50 ms, and the quarter of a second more for one that waits to push. */
const usualSeconds = 0.05;
export const waitingSeconds = 0.3;

/** The memory that a function is deployed with; throws on a name that is no function's. */
export function memoryGbOf(name: string): number {
  if (!Object.hasOwn(deployedFunctions, name)) throw new Error(`no function ${name} is deployed`);
  return deployedFunctions[name as DeployedFunction].memoryMb / 1024;
}

/** What a use case is billed for once: its calls, its invocation, and a client's message with its answer. */
export function billOf({ invocation, calls, read, write, events, posts }: UseCaseCost): Bill {
  const seconds = /UpdateItem Query BatchGetItem/.test(calls) ? waitingSeconds : usualSeconds;
  const conversation = /^socket (?!connect|disconnect)/.test(invocation) ? 2 : 0;
  return {
    message: posts + conversation,
    readUnit: read,
    writeUnit: write,
    event: events,
    invocation: 1,
    gigabyteSecond: seconds * memoryGbOf(invocation.split(" ")[0]!),
  };
}

/** Dollars for a million of a use case. */
export const dollarsPerMillion = (cost: UseCaseCost): number => dollarsOf(billOf(cost)) * 1e6;
