import { expect, it } from "vitest";
import { type Answer, bareEngine, plainTable, wideTable } from "../testing/test-engine.ts";

async function tables() {
  const engine = bareEngine();
  await engine.ask("CreateTable", wideTable);
  await engine.ask("CreateTable", plainTable);
  return engine;
}

const id = (n: number) => ({ id: { N: `${n}` } });
const put = (n: number, more: object = {}) => ({ PutRequest: { Item: { ...id(n), ...more } } });
const remove = (n: number) => ({ DeleteRequest: { Key: id(n) } });
const numbers = (items: Answer[]): number[] => items.map((item) => Number(item.id.N)).sort((a, b) => a - b);

it("puts, deletes and reads in several tables at once", async () => {
  const { ask } = await tables();
  const wide = { pk: { S: "p" }, sk: { S: "1" }, x: { S: "x" } };
  await ask("BatchWriteItem", { RequestItems: { plain: [put(1), put(2), put(3)] } });
  const written = await ask("BatchWriteItem", {
    RequestItems: { plain: [remove(2), remove(9)], wide: [{ PutRequest: { Item: wide } }] },
    ReturnConsumedCapacity: "TOTAL",
    ReturnItemCollectionMetrics: "SIZE",
  });
  expect(written).toEqual({
    UnprocessedItems: {},
    ConsumedCapacity: [
      { TableName: "plain", CapacityUnits: 2 },
      { TableName: "wide", CapacityUnits: 1 },
    ],
    ItemCollectionMetrics: {
      wide: [{ ItemCollectionKey: { pk: { S: "p" } }, SizeEstimateRangeGB: [0, 1] }],
    },
  });
  const read = await ask("BatchGetItem", {
    RequestItems: {
      plain: { Keys: [id(1), id(2), id(3)], ConsistentRead: true },
      wide: {
        Keys: [{ pk: wide.pk, sk: wide.sk }],
        ProjectionExpression: "#x",
        ExpressionAttributeNames: { "#x": "x" },
      },
    },
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(numbers(read.Responses.plain)).toEqual([1, 3]);
  expect(read.Responses.wide).toEqual([{ x: { S: "x" } }]);
  expect(read.UnprocessedKeys).toEqual({});
  expect(read.ConsumedCapacity).toEqual([
    { TableName: "plain", CapacityUnits: 3 },
    { TableName: "wide", CapacityUnits: 0.5 },
  ]);
});

it("reads 16 MB, and returns the keys that it has not read", async () => {
  const { ask } = await tables();
  const x = { S: "x".repeat(400_000) };
  for (let n = 0; n < 50; n++) await ask("PutItem", { TableName: "plain", Item: { ...id(n), x } });
  let asked: object = { plain: { Keys: Array.from({ length: 50 }, (_, n) => id(n)), ConsistentRead: true } };
  const found: Answer[] = [];
  const pages: number[] = [];
  for (let calls = 0; Object.keys(asked).length > 0 && calls < 5; calls++) {
    const page = await ask("BatchGetItem", { RequestItems: asked });
    pages.push(page.Responses.plain.length);
    found.push(...page.Responses.plain);
    asked = page.UnprocessedKeys;
    for (const one of Object.values(asked)) expect(one).toMatchObject({ ConsistentRead: true });
  }
  expect(pages).toEqual([41, 9]);
  expect(numbers(found)).toEqual(Array.from({ length: 50 }, (_, n) => n));
});

const many = <T>(length: number, make: (n: number) => T): T[] => Array.from({ length }, (_, n) => make(n));

it.each([
  [
    "BatchGetItem",
    { plain: { Keys: [id(1), { id: { N: "1.0" } }] } },
    "ValidationException: Provided list of item keys contains duplicates",
  ],
  [
    "BatchGetItem",
    { plain: { Keys: many(101, id) } },
    "ValidationException: Too many items requested for the BatchGetItem call",
  ],
  ["BatchGetItem", {}, /Value '\{\}' at 'requestItems' .* length greater than or equal to 1/],
  ["BatchGetItem", { plain: { Keys: [] } }, /length greater than or equal to 1/],
  ["BatchGetItem", { none: { Keys: [id(1)] } }, "ResourceNotFoundException: Requested resource not found"],
  [
    "BatchGetItem",
    { plain: { Keys: [{ id: { S: "1" } }] } },
    "ValidationException: The provided key element does not match the schema",
  ],
  ["BatchGetItem", { plain: { Keys: [id(1)], AttributesToGet: ["x"] } }, /AttributesToGet is a legacy/],
  [
    "BatchWriteItem",
    { plain: [put(1), remove(1)] },
    "ValidationException: Provided list of item keys contains duplicates",
  ],
  [
    "BatchWriteItem",
    { plain: many(26, (n) => put(n)) },
    "ValidationException: Too many items requested for the BatchWriteItem call",
  ],
  ["BatchWriteItem", {}, /length greater than or equal to 1/],
  ["BatchWriteItem", { plain: [{ ...put(1), ...remove(2) }] }, /exactly one of PutRequest and DeleteRequest/],
  ["BatchWriteItem", { plain: [put(1)], none: [put(1)] }, /^ResourceNotFoundException/],
  [
    "BatchWriteItem",
    { plain: [put(1), put(2, { x: { S: "x".repeat(409_600) } })] },
    "ValidationException: Item size has exceeded the maximum allowed size",
  ],
])("%s refuses %j, and writes nothing", async (operation, RequestItems, refused) => {
  const { ask, refusal } = await tables();
  expect(await refusal(operation, { RequestItems })).toEqual(
    typeof refused === "string" ? refused : expect.stringMatching(refused),
  );
  expect((await ask("Scan", { TableName: "plain" })).Count).toBe(0);
});
