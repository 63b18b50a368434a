import { expect, it } from "vitest";
import { idleBills, idleHour } from "./pricing/idle.ts";
import { dollarsOf } from "./pricing/list-prices.ts";
import { hotSubject, manySubjects, oneChannel, roleInbox } from "./pricing/load-model.ts";
import { ceilingsOf, quotas } from "./pricing/quotas.ts";
import { pushTo, shardsFor } from "./pricing/scale-model.ts";
import { costOf, type UseCaseCost, useCaseCosts } from "./pricing/use-case-costs.ts";
import * as cost from "./rows/cost.ts";
import * as scale from "./rows/scale.ts";

/** The recorded costs, with another cost of further progress. */
const withProgress = (more: Partial<UseCaseCost>) => {
  const costs = useCaseCosts();
  return { ...costs, "further progress": { ...costOf(costs, "further progress"), ...more } };
};
const oneRow = withProgress({
  calls: "BatchGetItem PutItem Query PostToConnection×2",
  write: 2,
  read: 2,
  steps: 4,
});

it("bills an idle month for the real work of the schedule", async () => {
  const { polls, counts, metrics } = await idleHour();
  expect({ polls, counts, metrics }).toEqual({ polls: 60, counts: 4, metrics: [] });
  const { "the schedule and its function": schedule, "what it reads of the index": reads } =
    await idleBills();
  const minutes = 43_800;
  expect(schedule).toMatchObject({ scheduled: minutes, invocation: minutes });
  // Each of the sixteen partitions is read once a minute, and half of them once more each quarter of an hour.
  expect(reads!.readUnit).toBeCloseTo(minutes * 16 * (0.5 + 0.5 / 30));
});

it("bills the same month less when a poll reads less", async () => {
  const costs = useCaseCosts();
  const name = "a poll that finds a row due soon";
  const poll = costOf(costs, name);
  const total = async (of: typeof costs) =>
    Object.values(await idleBills(of)).reduce((sum, bill) => sum + dollarsOf(bill), 0);
  const cheaper = { ...costs, [name]: { ...poll, read: poll.read / 2 } };
  expect(await total(cheaper)).toBeLessThan(await total(costs));
});

it("computes a figure for every goal of a price or a bundle", async () => {
  const { figures, notes } = await cost.run();
  const goals = figures.filter(({ goal }) => goal).map(({ name }) => name);
  expect(goals).toEqual([
    "cost.progress_table_calls",
    "cost.progress_flush_table_calls",
    "cost.progress",
    "cost.question_steps",
    "cost.question",
    "cost.idle",
  ]);
  for (const { value } of figures) expect(value).toBeGreaterThan(0);
  for (const useCase of Object.keys(useCaseCosts())) expect(notes).toContain(`| ${useCase} |`);
});

it("names a quota for every limit of the scale page", async () => {
  const { figures, notes } = await scale.run({ say() {} } as never);
  for (const { value } of figures) expect(value).toBeGreaterThan(0);
  expect(notes).toContain(quotas.requests.name);
  expect(notes).toContain("What has to be raised");
});

it("puts the quota that is reached first at the top", () => {
  const [first, second] = ceilingsOf({ puts: 5000, requests: 20_000 });
  expect([first!.quota, first!.room]).toEqual([quotas.requests, 0.5]);
  expect([second!.quota, second!.room]).toEqual([quotas.puts, 2]);
});

it("uses the table as the tests count for an event, and the gateway for the posts to followers", () => {
  const load = { eventsASecond: 1000, subjects: 10_000 };
  const one = manySubjects(oneRow, { ...load, followers: 1 });
  const two = manySubjects(oneRow, { ...load, followers: 2 });
  expect([one.tableWrites, one.puts]).toEqual([2000, 1000]);
  expect(two.requests).toBeCloseTo(2 * one.requests!);
  expect(manySubjects(withProgress({ write: 18 }), { ...load, followers: 1 }).tableWrites).toBe(18_000);
});

it("limits a busy subject by the units of its partition, or by its sequential writes", () => {
  const light = hotSubject(oneRow, 1000);
  expect([light.unitsAWrite, light.byUnits, light.byTurns]).toEqual([2, 500, 100]);
  expect(light.grouped.byTurns).toBe(1000);
  const heavy = hotSubject(withProgress({ calls: "TransactWriteItems", write: 20 }), 1000);
  expect(heavy.byUnits).toBe(50);
  expect(heavy.byTurns).toBeLessThan(light.byTurns);
});

it("posts each change of a role's inbox to every member, and writes it once", () => {
  const role = { questionsAMinute: 60, changes: 3 };
  const few = roleInbox(useCaseCosts(), { ...role, members: 30 });
  const many = roleInbox(useCaseCosts(), { ...role, members: 3000 });
  expect(many.requests).toBe(100 * few.requests);
  expect(many.partitionWrites).toBe(few.partitionWrites);
});

it("spreads an audience over shards as it grows, and its pushes over pages", () => {
  expect([1, 2001, 100_000, 1_000_000].map((viewers) => shardsFor(viewers, 2000))).toEqual([1, 4, 64, 256]);
  const viewers = 100_000;
  const shards = shardsFor(viewers, 2000);
  const audience = {
    viewers,
    shards,
    cpuMsAPost: 0.1,
    roundTripMs: 15,
    inFlight: 128,
    page: 2000,
    rowBytes: 110,
  };
  const push = pushTo(audience);
  expect(push.pages).toBe(64);
  expect(oneChannel({ ...audience, ...push, pushes: 2 }).requests).toBeCloseTo(200_000 + viewers / 240);
});
