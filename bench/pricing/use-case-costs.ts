import { readFileSync } from "node:fs";
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

/** Assumed of every invocation: half a gigabyte for 50 ms, and the quarter of a second for one that waits to push. */
export const memoryGb = 0.5;
const usualSeconds = 0.05;
const waitingSeconds = 0.3;

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
    gigabyteSecond: seconds * memoryGb,
  };
}

/** Dollars for a million of a use case. */
export const dollarsPerMillion = (cost: UseCaseCost): number => dollarsOf(billOf(cost)) * 1e6;
