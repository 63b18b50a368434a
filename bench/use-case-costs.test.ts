import { deployedFunctions } from "@callboard/functions/deployment";
import { expect, it } from "vitest";
import { assumed, assumptions } from "./pricing/assumptions.ts";
import { dollarsOf, prices } from "./pricing/list-prices.ts";
import {
  billedSeconds,
  billOf,
  costOf,
  dollarsPerMillion,
  memoryGbOf,
  tableCallsOf,
  tracedShare,
  type UseCaseCost,
  useCaseCosts,
} from "./pricing/use-case-costs.ts";

const cost = (invocation: string, more: Partial<UseCaseCost> = {}): UseCaseCost => ({
  invocation,
  calls: "GetItem",
  steps: 1,
  waitedMs: 0,
  read: 1,
  write: 0,
  events: 0,
  messages: 0,
  posts: 2,
  ...more,
});
const progress = "ingest Progress Reported";

it("bills a function by the memory that it is deployed with, and longer when it waits to push", () => {
  const at = (waitedMs: number) => billOf(cost(progress, { waitedMs })).gigabyteSecond!;
  const gb = deployedFunctions.ingest.memoryMb / 1024;
  expect(memoryGbOf("ingest")).toBe(gb);
  expect(memoryGbOf("ingest")).not.toBe(memoryGbOf("clock"));
  expect(at(250) - at(0)).toBeCloseTo(0.25 * gb);
});

it("bills the time of concurrent calls once", () => {
  const seconds = (steps: number) => billedSeconds(cost(progress, { calls: "Query×8", steps }), 0);
  expect(seconds(8) - seconds(1)).toBeCloseTo((7 * assumed("readMs")) / 1000);
});

it("bills processor time by a function's share of a processor", () => {
  const perCall = (name: string) => billedSeconds(cost(name), 1) - billedSeconds(cost(name), 0);
  expect(perCall("clock poll") / perCall(progress)).toBeCloseTo(
    deployedFunctions.ingest.memoryMb / deployedFunctions.clock.memoryMb,
  );
});

it("bills a client's message and its answer, and neither for an event", () => {
  expect([billOf(cost("socket reply")).message, billOf(cost(progress)).message]).toEqual([4, 2]);
  expect([billOf(cost("socket reply")).outKilobyte, billOf(cost(progress)).outKilobyte]).toEqual([1.5, 1]);
});

it("bills a workflow's event with the use case that it causes, and Callboard's events with the one that puts them", () => {
  const events = (name: string, more = {}) => billOf(cost(name, more)).event;
  expect(events(progress)).toBe(1);
  expect(events("ingest Request Changed")).toBe(0);
  expect(events("socket reply", { events: 2 })).toBe(2);
});

it("does not bill an archive for events with a task token", () => {
  const archived = (name: string) => billOf(cost(name)).archiveKilobyte;
  expect([archived(progress), archived("ingest Feedback Requested")]).toEqual([assumed("eventKilobytes"), 0]);
});

it("bills the log lines of an invocation: Lambda's own, two of a page, one of a client's message", () => {
  const logs = (name: string, calls: string) => billOf(cost(name, { calls })).logKilobyte!;
  const alone = logs(progress, "GetItem");
  expect(alone).toBeGreaterThan(0.5);
  const page = logs(progress, "GetItem PostToConnection×2") - alone;
  expect(page).toBeGreaterThan(0.3);
  expect(logs(progress, "PostToConnection Query PostToConnection") - alone).toBeCloseTo(2 * page);
  expect(logs("socket ping", "GetItem")).toBeGreaterThan(alone);
});

it("bills every trace of a stage with little load, and a twentieth of the traces of a busy one", () => {
  expect(tracedShare(0.5)).toBe(1);
  expect(tracedShare(1e6)).toBeCloseTo(0.05);
});

it("bills a message of a queue for being sent, received and deleted", () => {
  const calls = "SendMessage PutItem SendMessageBatch";
  expect(billOf(cost(progress, { calls })).queueRequest).toBe(6);
});

it("counts only calls of the table", () => {
  const calls = "GetItem×3 PutItem TransactWriteItems Query PostToConnection×2 PutEvents SendMessage";
  expect(tableCallsOf({ calls })).toBe(6);
});

it("has a price for every use case that the tests count, and for no other", () => {
  const costs = useCaseCosts();
  expect(Object.keys(costs).length).toBeGreaterThan(30);
  for (const one of Object.values(costs)) expect(dollarsPerMillion(one)).toBeGreaterThan(0.2);
  for (const { calls, steps } of Object.values(costs)) {
    expect(steps).toBeGreaterThan(0);
    expect(calls).not.toBe("");
  }
  expect(() => billOf(cost("relays Request Due"))).toThrow("no function relays is deployed");
  expect(() => costOf(costs, "a dance")).toThrow("no use case is called a dance");
  expect(() => billOf(cost(progress, { calls: "Dance" }))).toThrow("how long Dance takes");
});

it("names the source of every price and every assumption", () => {
  for (const { source, units } of Object.values(prices)) {
    expect(source).toMatch(/^https:\/\/\S+$/);
    expect(units).toBeGreaterThan(0);
  }
  for (const { source, what } of Object.values(assumptions)) expect(`${what}: ${source}`).toMatch(/: \S{5}/);
  expect(dollarsOf({ event: 2e6, logKilobyte: 1e6, metricMonth: 2 })).toBeCloseTo(2 + 0.5 + 0.6);
});
