import { changeOf } from "@callboard/core/testing/head-changes.ts";
import { workChannel } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../aws/machine.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { dynamoHeadStore } from "./dynamo-head-store.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const name = workChannel("video/v_1");

/** The same table as each generation of it sees it. */
async function restored() {
  const table = await engine.createTable();
  return (generation?: string) =>
    dynamoHeadStore({
      name: table,
      dynamodb: engine.dynamodb,
      clock: systemClock,
      ...(generation === undefined ? {} : { generation }),
    });
}

type Store = ReturnType<typeof dynamoHeadStore>;

/** Publishes one more key; a long value is in a row. */
async function publish(store: Store, key: string, value = "short"): Promise<string> {
  const change = changeOf(await store.open(name), [[key, value]], { epoch: "abc" });
  return (await store.commit(change)).outcome;
}

const epochOf = async (store: Store) => (await store.read([name])).get(name)?.epoch;

it("reads a subject of a restored table with an epoch that no client knows", async () => {
  const as = await restored();
  await publish(as(), "a");
  expect(await epochOf(as())).toBe("abc");
  expect(await epochOf(as("2"))).toBe("abc.g2");
  expect(await epochOf(as("3"))).toBe("abc.g3");
});

it("keeps that epoch when the subject changes, and gives another after the next restore", async () => {
  const as = await restored();
  await publish(as(), "a");
  expect(await publish(as("2"), "b")).toBe("committed");
  expect(await publish(as("2"), "c")).toBe("committed");
  expect(await epochOf(as("2"))).toBe("abc.g2");
  expect(await epochOf(as("3"))).toBe("abc.g2.g3");
  expect(await publish(as("3"), "d")).toBe("committed");
  expect(await epochOf(as("3"))).toBe("abc.g2.g3");
});

it("still finds the rows beside the head, before its next change and after it", async () => {
  const as = await restored();
  const keys = async (store: Store) => (await store.since(name, 0))?.items.map(({ key }) => key);
  await publish(as(), "a", "x".repeat(2000));
  expect(await keys(as("2"))).toEqual(["a"]);
  await publish(as("2"), "b", "x".repeat(2000));
  await publish(as("2"), "c");
  expect(await keys(as("2"))).toEqual(["a", "b", "c"]);
  await publish(as("3"), "a", "short again");
  expect(await keys(as("3"))).toEqual(["b", "c", "a"]);
});

it("does not change a subject that was created in this generation", async () => {
  const as = await restored();
  await publish(as("2"), "a");
  expect(await epochOf(as("2"))).toBe("abc");
});

it("refuses a change that was decided with an epoch that is no longer valid", async () => {
  const as = await restored();
  await publish(as(), "a");
  const store = as("2");
  const stale = changeOf(await store.open(name), [["c", 1]]);
  await publish(as("2"), "b");
  expect(await store.commit(stale)).toMatchObject({
    outcome: "conflict",
    state: { head: { epoch: "abc.g2" } },
  });
});
