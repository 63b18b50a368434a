import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openLmdb } from "../store/lmdb-store.ts";
import type { MemoryStore } from "../store/memory-store.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import { type Answer, type BareEngine, bareEngine, plainTable, wideTable } from "../testing/test-engine.ts";

const TableName = "wide";
const ttl = { TableName, TimeToLiveSpecification: { AttributeName: "ends", Enabled: true } };

async function wide(): Promise<BareEngine> {
  const engine = bareEngine();
  await engine.ask("CreateTable", wideTable);
  await engine.ask("UpdateTimeToLive", ttl);
  return engine;
}

const indexes = [...wideTable.LocalSecondaryIndexes, ...wideTable.GlobalSecondaryIndexes];

/** What each index should contain of items, in a fixed order. */
function expectedOf(items: readonly Answer[]): Record<string, string[]> {
  return Object.fromEntries(
    indexes.map(({ IndexName, KeySchema, Projection }) => {
      const keys = KeySchema.map(({ AttributeName }) => AttributeName);
      const kept = (Projection as { NonKeyAttributes?: string[] }).NonKeyAttributes ?? [];
      const held = Projection.ProjectionType === "ALL" ? undefined : ["pk", "sk", ...keys, ...kept];
      const rows = items
        .filter((item) => keys.every((name) => item[name]))
        .map((item) => JSON.stringify(sorted(item, held)));
      return [IndexName, rows.sort()];
    }),
  );
}

const sorted = (item: Answer, held = Object.keys(item)) =>
  Object.fromEntries(
    [...new Set(held)]
      .filter((name) => item[name])
      .sort()
      .map((name) => [name, item[name]]),
  );

/** Checks that every index, and the expiry records, agree with the items. */
async function expectAgreement(store: Store): Promise<Answer[]> {
  const { ask } = bareEngine(store);
  const { Items } = await ask("Scan", { TableName });
  const found: Record<string, string[]> = {};
  for (const { IndexName } of indexes) {
    const page = await ask("Scan", { TableName, IndexName });
    found[IndexName] = page.Items.map((row: Answer) => JSON.stringify(sorted(row))).sort();
  }
  expect(found).toEqual(expectedOf(Items));
  const expiring = [...store.list({ prefix: ["dynamodb", "ttl"] })].map(([key]) => key.slice(3).join(" "));
  const ends = Items.filter((item: Answer) => item.ends?.N).map(
    ({ pk, sk, ends }: Answer) => `${ends.N} ${pk.S} ${sk.S}`,
  );
  expect(expiring.sort()).toEqual(ends.sort());
  return Items;
}

const N = (number: number) => ({ N: `${number}` });
const key = fc.record({
  pk: fc.constantFrom({ S: "a" }, { S: "b" }),
  sk: fc.constantFrom({ S: "1" }, { S: "2" }),
});
const number = fc.integer({ min: 0, max: 2 }).map(N);
const item = fc.record(
  {
    pk: fc.constantFrom({ S: "a" }, { S: "b" }),
    sk: fc.constantFrom({ S: "1" }, { S: "2" }, { S: "3" }),
    n: number,
    g: fc.constantFrom({ S: "g1" }, { S: "g2" }),
    s: fc.constantFrom({ S: "s1" }, { S: "s2" }),
    kept: number,
    ends: fc.oneof(number, fc.constant({ S: "never" })),
    other: number,
  },
  { requiredKeys: ["pk", "sk"] },
);
const update = fc.record({
  Key: key,
  UpdateExpression: fc.constantFrom(
    "ADD n :one",
    "SET g = :text, kept = :one",
    "SET s = :text, ends = :one",
    "REMOVE n, ends",
    "REMOVE g SET other = :one",
    "SET n = n + :one",
  ),
});
const values = (text: string) =>
  Object.fromEntries(
    Object.entries({ ":one": N(1), ":text": { S: "s1" } }).filter(([name]) => text.includes(name)),
  );
const full = (input: { Key: object; UpdateExpression: string }) => {
  const all = values(input.UpdateExpression);
  return { TableName, ...input, ...(Object.keys(all).length > 0 ? { ExpressionAttributeValues: all } : {}) };
};
const write: fc.Arbitrary<[string, object]> = fc.oneof(
  item.map((Item): [string, object] => ["PutItem", { TableName, Item }]),
  update.map((input): [string, object] => ["UpdateItem", full(input)]),
  key.map((Key): [string, object] => ["DeleteItem", { TableName, Key }]),
  fc
    .array(item, { minLength: 1, maxLength: 4 })
    .map((items): [string, object] => [
      "BatchWriteItem",
      { RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } },
    ]),
  fc
    .tuple(item, update)
    .map(([Item, input]): [string, object] => [
      "TransactWriteItems",
      { TransactItems: [{ Put: { TableName, Item } }, { Update: full(input) }] },
    ]),
);

it("has indexes that agree with their items, whatever was written and whenever the process was killed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(write, { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      async (writes, width) => {
        const { refusal, store } = await wide();
        for (let from = 0; from < writes.length; from += width) {
          const all = writes.slice(from, from + width).map(([operation, input]) => refusal(operation, input));
          // While they are under way, and after them.
          for (let turn = 0; turn < 4; turn++) {
            await expectAgreement(store.fork());
            await Promise.resolve();
          }
          await Promise.all(all);
          await expectAgreement(store.fork());
        }
      },
    ),
    { numRuns: 60, interruptAfterTimeLimit: 6_000 },
  );
});

it("continues when its folder is opened again, with keys of the greatest size", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dynamodb-"));
  const first = openLmdb(folder);
  const long = { pk: { S: "x".repeat(2048) }, sk: { S: "é".repeat(512) }, g: { S: "x".repeat(2048) } };
  const one = bareEngine(first);
  await one.ask("CreateTable", wideTable);
  await one.ask("UpdateTimeToLive", ttl);
  const Item = { ...long, n: N(1), ends: N(5) };
  await one.ask("PutItem", { TableName, Item });
  await first.close();
  const second = openLmdb(folder);
  const two = bareEngine(second);
  const Key = { pk: long.pk, sk: long.sk };
  expect((await two.ask("GetItem", { TableName, Key })).Item).toEqual(Item);
  expect(await expectAgreement(second)).toHaveLength(1);
  await second.close();
});

it("has written whatever it has acknowledged", async () => {
  const { ask, store } = await wide();
  for (let n = 0; n < 5; n++) {
    await ask("PutItem", { TableName, Item: { pk: { S: "a" }, sk: { S: `${n}` } } });
    expect(await expectAgreement(store.fork())).toHaveLength(n + 1);
  }
});

const at = (sk: string, more: object = {}) => ({ pk: { S: "a" }, sk: { S: sk }, ...more });

it.each<[string, object]>([
  ["PutItem", { TableName, Item: at("1", { g: { S: "g1" } }) }],
  ["UpdateItem", { TableName, Key: at("1"), UpdateExpression: "REMOVE n" }],
  ["DeleteItem", { TableName, Key: at("1") }],
  ["BatchWriteItem", { RequestItems: { [TableName]: [{ PutRequest: { Item: at("2") } }] } }],
  ["TransactWriteItems", { TransactItems: [{ Put: { TableName, Item: at("2") } }] }],
  ["CreateTable", plainTable],
  ["DeleteTable", { TableName }],
  ["UpdateTimeToLive", { ...ttl, TimeToLiveSpecification: { AttributeName: "ends", Enabled: false } }],
])(
  "answers %s with a transient error while the disk is full, and makes it once there is space",
  async (operation, input) => {
    const { ask, dynamodb, store } = await wide();
    await ask("PutItem", { TableName, Item: at("1", { n: N(1), ends: N(5) }) });
    const before = JSON.stringify([...store.list({ prefix: ["dynamodb"] })]);
    const call = async () => {
      const { status, body } = await dynamodb.call(`DynamoDB_20120810.${operation}`, JSON.stringify(input));
      return [status, status === 200 ? undefined : JSON.parse(body).__type];
    };
    store.fail("no space left on device");
    expect(await call()).toEqual([500, "InternalServerError"]);
    expect(JSON.stringify([...store.list({ prefix: ["dynamodb"] })])).toBe(before);
    expect((await ask("GetItem", { TableName, Key: at("1") })).Item).toMatchObject({ n: N(1) });
    store.fail(undefined);
    expect(await call()).toEqual([200, undefined]);
  },
);

it("sweeps once there is space again", async () => {
  const { ask, clock, dynamodb, store } = await wide();
  await ask("PutItem", { TableName, Item: at("1", { ends: N(clock.now() / 1000) }) });
  await clock.advance(2_000);
  store.fail("no space left on device");
  await expect(dynamodb.sweep()).rejects.toBeInstanceOf(StoreFailure);
  expect(await expectAgreement(store.fork())).toHaveLength(1);
  store.fail(undefined);
  expect(await dynamodb.sweep()).toBe(1);
  expect(await expectAgreement(store.fork())).toHaveLength(0);
});

/** Puts that many items, each with a row in an index. */
async function fill({ ask }: BareEngine, length: number, ends?: object): Promise<void> {
  for (let n = 0; n < length; n += 25) {
    const writes = Array.from({ length: 25 }, (_, nth) => ({
      PutRequest: { Item: at(`${n + nth}`, { g: { S: "g1" }, ...(ends ? { ends } : {}) }) },
    }));
    await ask("BatchWriteItem", { RequestItems: { [TableName]: writes } });
  }
}

/** What every kill between two commits of some work would have left. */
async function killedDuring(store: MemoryStore, work: () => Promise<unknown>): Promise<MemoryStore[]> {
  const forks: MemoryStore[] = [];
  let isDone = false;
  const done = work().finally(() => {
    isDone = true;
  });
  for (let commits = -1; !isDone; await Promise.resolve()) {
    if (store.commits() === commits) continue;
    commits = store.commits();
    forks.push(store.fork());
  }
  await done;
  return [...forks, store.fork()];
}

it("removes the rows of a deleted table, also after being killed half way", async () => {
  const engine = await wide();
  await fill(engine, 600);
  const forks = await killedDuring(engine.store, async () => {
    await engine.ask("DeleteTable", { TableName });
    await engine.dynamodb.sweep();
  });
  expect(forks.length).toBeGreaterThan(4);
  for (const fork of forks) {
    const again = bareEngine(fork);
    if ((await again.ask("ListTables", {})).TableNames.length > 0)
      await again.ask("DeleteTable", { TableName });
    await again.dynamodb.sweep();
    expect([...fork.list({ prefix: ["dynamodb"] })].map(([name]) => name[1])).toEqual(["last id"]);
  }
});

it("continues to record items for expiry after it was killed while enabling it", async () => {
  const engine = bareEngine();
  await engine.ask("CreateTable", wideTable);
  await fill(engine, 600, N(engine.clock.now() / 1000));
  const forks = await killedDuring(engine.store, () => engine.ask("UpdateTimeToLive", ttl));
  await engine.clock.advance(2_000);
  const states = new Set<string>();
  for (const fork of forks) {
    const again = bareEngine(fork, engine.clock);
    const { TimeToLiveStatus } = (await again.ask("DescribeTimeToLive", { TableName })).TimeToLiveDescription;
    states.add(TimeToLiveStatus);
    if (TimeToLiveStatus === "DISABLED") continue;
    await again.dynamodb.sweep();
    await again.dynamodb.sweep();
    expect((await again.ask("Scan", { TableName })).Count).toBe(0);
  }
  expect([...states].sort()).toEqual(["DISABLED", "ENABLED", "ENABLING"]);
});

it("lets one of 200 concurrent updates win each version", async () => {
  const { refusal, ask } = await wide();
  await ask("PutItem", { TableName, Item: at("1", { n: N(0) }) });
  const wins: number[] = [];
  const people = Array.from({ length: 200 }, async (_, person) => {
    for (let n = 0; n < 3; n++) {
      const answer = await refusal("UpdateItem", {
        TableName,
        Key: at("1"),
        UpdateExpression: "SET n = :next, kept = :person",
        ConditionExpression: "n = :seen",
        ExpressionAttributeValues: { ":next": N(n + 1), ":seen": N(n), ":person": N(person) },
        ReturnValues: "UPDATED_NEW",
      });
      if (typeof answer !== "string") wins.push(Number(answer.Attributes.n.N));
    }
  });
  await Promise.all(people);
  expect(wins.sort()).toEqual([1, 2, 3]);
  expect((await ask("Query", counted)).Items).toMatchObject([{ n: N(3) }]);
});

const counted = {
  TableName,
  IndexName: "local-n",
  KeyConditionExpression: "pk = :pk",
  ExpressionAttributeValues: { ":pk": { S: "a" } },
};
