import { deployedFunctions } from "@callboard/functions/deployment";
import { expect, it } from "vitest";
import { billOf, memoryGbOf, useCaseCosts } from "./pricing/use-case-costs.ts";

const cost = (invocation: string, calls = "GetItem") => ({
  invocation,
  calls,
  read: 1,
  write: 0,
  events: 0,
  posts: 2,
});

it("bills a function by the memory that it is deployed with, and longer when it waits to push", () => {
  const { memoryMb } = deployedFunctions.ingest;
  expect(billOf(cost("ingest Progress Reported")).gigabyteSecond).toBeCloseTo((0.05 * memoryMb) / 1024);
  const waiting = billOf(cost("ingest Progress Reported", "UpdateItem Query BatchGetItem"));
  expect(waiting.gigabyteSecond).toBeCloseTo((0.3 * memoryMb) / 1024);
  expect(memoryGbOf("ingest")).not.toBe(memoryGbOf("clock"));
});

it("bills what a client says and is answered, and nothing such of an event", () => {
  expect([billOf(cost("socket reply")).message, billOf(cost("ingest Progress Reported")).message]).toEqual([
    4, 2,
  ]);
});

it("knows the function of every use case, and none that is not deployed", () => {
  const costs = Object.values(useCaseCosts());
  expect(costs.length).toBeGreaterThan(30);
  for (const one of costs) expect(billOf(one).gigabyteSecond).toBeGreaterThan(0);
  expect(() => billOf(cost("relays Request Due"))).toThrow("no function relays is deployed");
});
