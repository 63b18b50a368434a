import { expect, it } from "vitest";
import { type Answer, bareEngine, plainTable, wideTable } from "../testing/test-engine.ts";

async function tables() {
  const engine = bareEngine();
  await engine.ask("CreateTable", plainTable);
  await engine.ask("CreateTable", wideTable);
  return engine;
}

const TableName = "plain";
const id = (n: number) => ({ id: { N: `${n}` } });
const put = (n: number, more: object = {}) => ({ Put: { TableName, Item: { ...id(n), ...more } } });
const add = (n: number) => ({
  Update: {
    TableName,
    Key: id(n),
    UpdateExpression: "ADD hits :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
  },
});
const check = (n: number, ConditionExpression: string) => ({
  ConditionCheck: {
    TableName,
    Key: id(n),
    ConditionExpression,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
const count = async ({ ask }: Awaited<ReturnType<typeof tables>>) => (await ask("Scan", { TableName })).Count;
const hits = async ({ ask }: Awaited<ReturnType<typeof tables>>, n: number) =>
  Number((await ask("GetItem", { TableName, Key: id(n) })).Item?.hits?.N ?? 0);

/** Why a transaction was cancelled. */
async function reasons({ dynamodb }: Awaited<ReturnType<typeof tables>>, TransactItems: object[]) {
  const input = JSON.stringify({ TransactItems });
  const { status, body } = await dynamodb.call("DynamoDB_20120810.TransactWriteItems", input);
  const { __type, message, CancellationReasons } = JSON.parse(body);
  expect([status, __type]).toEqual([400, "TransactionCanceledException"]);
  return { message, CancellationReasons };
}

it("puts, updates, deletes and checks all together", async () => {
  const engine = await tables();
  const { ask } = engine;
  await ask("TransactWriteItems", { TransactItems: [put(1), put(2), add(3)] });
  await ask("TransactWriteItems", {
    TransactItems: [
      check(1, "attribute_exists(id)"),
      { Delete: { TableName, Key: id(2), ConditionExpression: "attribute_exists(id)" } },
      add(3),
      { Put: { TableName: "wide", Item: { pk: { S: "p" }, sk: { S: "s" } } } },
    ],
  });
  expect([await count(engine), await hits(engine, 3)]).toEqual([2, 2]);
  expect((await ask("Scan", { TableName: "wide" })).Count).toBe(1);
});

it("cancels everything if one condition fails, and returns each action's reason, with the item", async () => {
  const engine = await tables();
  await engine.ask("PutItem", { TableName, Item: { ...id(1), x: { S: "x" } } });
  const cancelled = await reasons(engine, [
    put(2),
    check(1, "x = id"),
    check(9, "attribute_exists(id)"),
    { ...put(3), Put: { ...put(3).Put, ConditionExpression: "attribute_not_exists(id)" } },
  ]);
  const failed = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
  expect(cancelled).toEqual({
    message:
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed, None]",
    CancellationReasons: [
      { Code: "None" },
      { ...failed, Item: { ...id(1), x: { S: "x" } } },
      failed,
      { Code: "None" },
    ],
  });
  expect(await count(engine)).toBe(1);
});

it("cancels all of it if an update cannot be made", async () => {
  const engine = await tables();
  await engine.ask("PutItem", { TableName, Item: { ...id(1), hits: { S: "many" } } });
  const { CancellationReasons } = await reasons(engine, [put(2), add(1)]);
  expect(CancellationReasons).toEqual([
    { Code: "None" },
    { Code: "ValidationError", Message: expect.stringContaining("operand") },
  ]);
  expect(await count(engine)).toBe(1);
});

it("makes a transaction once under its token, for ten minutes and also after a restart", async () => {
  const engine = await tables();
  const { ask, refusal, clock, store } = engine;
  const input = { ClientRequestToken: "token-1", TransactItems: [add(1)] };
  await Promise.all([ask("TransactWriteItems", input), ask("TransactWriteItems", input)]);
  await ask("TransactWriteItems", { ...input, TransactItems: [{ Update: reversed(add(1).Update) }] });
  expect(await hits(engine, 1)).toBe(1);
  expect(await refusal("TransactWriteItems", { ...input, TransactItems: [add(2)] })).toMatch(
    /^IdempotentParameterMismatchException/,
  );
  const again = bareEngine(store.fork(), clock);
  await again.ask("TransactWriteItems", input);
  expect(await hits(again, 1)).toBe(1);
  await clock.advance(10 * 60_000);
  await ask("TransactWriteItems", input);
  expect(await hits(engine, 1)).toBe(2);
});

const reversed = (structure: object) => Object.fromEntries(Object.entries(structure).reverse());

it("does not store the token of a cancelled transaction", async () => {
  const engine = await tables();
  const { ask, refusal } = engine;
  const input = { ClientRequestToken: "token-1", TransactItems: [check(1, "attribute_exists(id)"), put(2)] };
  expect(await refusal("TransactWriteItems", input)).toMatch(/^TransactionCanceledException/);
  await ask("PutItem", { TableName, Item: id(1) });
  expect(await refusal("TransactWriteItems", input)).toEqual({});
  expect(await count(engine)).toBe(2);
});

it("deletes expired tokens by itself", async () => {
  const { ask, clock, store } = await tables();
  const tokens = () => [...store.list({ prefix: ["dynamodb", "token"] })].length;
  const send = async (name: string, times: number) => {
    for (let n = 0; n < times; n++)
      await ask("TransactWriteItems", { ClientRequestToken: `${name}-${n}`, TransactItems: [add(1)] });
  };
  await send("early", 100);
  expect(tokens()).toBe(100);
  await clock.advance(11 * 60_000);
  await send("late", 64);
  expect(tokens()).toBe(64);
  expect([...store.list({ prefix: ["dynamodb", "token at"] })]).toHaveLength(64);
});

it("deletes expired tokens at a sweep even without new transactions", async () => {
  const { ask, clock, store, dynamodb } = await tables();
  await ask("TransactWriteItems", { ClientRequestToken: "one", TransactItems: [add(1)] });
  await clock.advance(11 * 60_000);
  await dynamodb.sweep();
  expect([...store.list({ prefix: ["dynamodb", "token"] })]).toEqual([]);
});

const many = <T>(length: number, make: (n: number) => T): T[] => Array.from({ length }, (_, n) => make(n));
const large = { x: { S: "x".repeat(400_000) } };

it.each([
  ["nothing", [], /length greater than or equal to 1/],
  ["101 actions", many(101, (n) => put(n)), /length less than or equal to 100/],
  [
    "two actions on one item",
    [put(1), check(1, "attribute_exists(id)")],
    "ValidationException: Transaction request cannot include multiple operations on one item",
  ],
  [
    "one key in two ways of writing",
    [put(1), { Delete: { TableName, Key: { id: { N: "1.0" } } } }],
    "ValidationException: Transaction request cannot include multiple operations on one item",
  ],
  [
    "two kinds in one action",
    [{ ...put(1), ...add(2) }],
    "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete",
  ],
  ["an update without an expression", [{ Update: { TableName, Key: id(1) } }], /'updateExpression'/],
  ["a check without a condition", [{ ConditionCheck: { TableName, Key: id(1) } }], /'conditionExpression'/],
  ["a missing table", [put(1), { Put: { TableName: "none", Item: id(1) } }], /^ResourceNotFound/],
  ["more than 4 MB", many(11, (n) => put(n, large)), /^ValidationException: .*4 MB/],
  [
    "an item over 400 KB",
    [put(1, { x: { S: "x".repeat(409_600) } })],
    /^TransactionCanceledException: .*\[ValidationError\]/,
  ],
])("refuses a transaction of %s, and writes nothing", async (_what, TransactItems, refused) => {
  const engine = await tables();
  expect(await engine.refusal("TransactWriteItems", { TransactItems })).toEqual(
    typeof refused === "string" ? refused : expect.stringMatching(refused),
  );
  expect(await count(engine)).toBe(0);
});

it("accepts a hundred actions, and a token of 36 characters", async () => {
  const engine = await tables();
  const TransactItems = many(100, (n) => put(n));
  const token = (length: number) => ({ ClientRequestToken: "t".repeat(length), TransactItems });
  await engine.ask("TransactWriteItems", token(36));
  expect(await count(engine)).toBe(100);
  expect(await engine.refusal("TransactWriteItems", token(37))).toMatch(/'clientRequestToken'/);
});

it("reports what a transaction consumes: twice its writes, and its indexes once", async () => {
  const { ask } = await tables();
  const Item = { pk: { S: "p" }, sk: { S: "s" }, g: { S: "g" } };
  const input = {
    ClientRequestToken: "token-1",
    ReturnConsumedCapacity: "TOTAL",
    ReturnItemCollectionMetrics: "SIZE",
    TransactItems: [put(1, { x: { S: "x".repeat(1500) } }), add(2), { Put: { TableName: "wide", Item } }],
  };
  expect(await ask("TransactWriteItems", input)).toEqual({
    ConsumedCapacity: [
      { TableName: "plain", CapacityUnits: 6, WriteCapacityUnits: 6 },
      { TableName: "wide", CapacityUnits: 3, WriteCapacityUnits: 3 },
    ],
    ItemCollectionMetrics: {
      wide: [{ ItemCollectionKey: { pk: { S: "p" } }, SizeEstimateRangeGB: [0, 1] }],
    },
  });
  // Made before: its items are read.
  expect((await ask("TransactWriteItems", input)).ConsumedCapacity).toEqual([
    { TableName: "plain", CapacityUnits: 4, ReadCapacityUnits: 4 },
    { TableName: "wide", CapacityUnits: 2, ReadCapacityUnits: 2 },
  ]);
});

const get = (n: number, more: object = {}) => ({ Get: { TableName, Key: id(n), ...more } });

it("reads items of one moment in the order asked for", async () => {
  const { ask } = await tables();
  await ask("PutItem", { TableName, Item: { ...id(2), x: { S: "x" } } });
  const answer = await ask("TransactGetItems", {
    TransactItems: [get(1), get(2, { ProjectionExpression: "x" }), get(3)],
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(answer).toEqual({
    Responses: [{}, { Item: { x: { S: "x" } } }, {}],
    ConsumedCapacity: [{ TableName: "plain", CapacityUnits: 6, ReadCapacityUnits: 6 }],
  });
});

it.each([
  ["one item twice", [get(1), get(1)], /multiple operations on one item/],
  ["101 items", many(101, (n) => get(n)), /less than or equal to 100/],
  ["no Get", [{ Put: {} }], /'get'/],
  [
    "an invalid key",
    [{ Get: { TableName, Key: {} } }],
    /^TransactionCanceledException: .*\[ValidationError\]/,
  ],
])("refuses to read %s", async (_what, TransactItems, refused) => {
  const { refusal } = await tables();
  expect(await refusal("TransactGetItems", { TransactItems })).toMatch(refused);
});

it("refuses to read more than 4 MB at one moment", async () => {
  const { ask, refusal } = await tables();
  const TransactItems: Answer[] = [];
  for (let n = 0; n < 11; n++) {
    await ask("PutItem", { TableName, Item: { ...id(n), ...large } });
    TransactItems.push(get(n));
  }
  expect(await refusal("TransactGetItems", { TransactItems })).toMatch(/4 MB/);
  expect((await ask("TransactGetItems", { TransactItems: TransactItems.slice(1) })).Responses).toHaveLength(
    10,
  );
});

it("reports an invalid key or item as its action's reason, and checks no further action", async () => {
  const engine = await tables();
  const wrong = { S: "no number" };
  const mismatch = "The provided key element does not match the schema";
  const typed = "Type mismatch for key id expected: N actual: S";
  for (const [action, Message] of [
    [{ Put: { TableName, Item: { id: wrong } } }, `One or more parameter values were invalid: ${typed}`],
    [{ Delete: { TableName, Key: { id: wrong } } }, mismatch],
    [put(1, { big: { S: "x".repeat(410_000) } }), "Item size has exceeded the maximum allowed size"],
  ] as const)
    expect(await reasons(engine, [check(9, "attribute_exists(id)"), action, action])).toEqual({
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError, None]",
      CancellationReasons: [{ Code: "None" }, { Code: "ValidationError", Message }, { Code: "None" }],
    });
  expect(await count(engine)).toBe(0);
});

it("counts the data of a transaction against its 4 MB, not the existing items", async () => {
  const engine = await tables();
  const large = { text: { S: "x".repeat(400_000) } };
  for (let n = 0; n < 12; n++) await engine.ask("PutItem", { TableName, Item: { ...id(n), ...large } });
  const checks = Array.from({ length: 6 }, (_, n) => check(n, "attribute_exists(id)"));
  const deletes = Array.from({ length: 6 }, (_, n) => ({ Delete: { TableName, Key: id(6 + n) } }));
  await engine.ask("TransactWriteItems", { TransactItems: [...checks, ...deletes] });
  expect(await count(engine)).toBe(2);
});
