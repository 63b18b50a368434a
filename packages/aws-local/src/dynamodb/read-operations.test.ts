import { beforeAll, expect, it } from "vitest";
import { type Answer, bareEngine, wideTable } from "../testing/test-engine.ts";

const binaryTable = {
  TableName: "binary",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "N" },
    { AttributeName: "sk", AttributeType: "B" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
};

const engine = bareEngine();
const { ask, refusal } = engine;
const TableName = "wide";
const texts = ["a", "aa", "a\u{10ffff}", "ab", "b", "\ud7ff", "\ue000", "\uffff", "\u{1f600}"];

beforeAll(async () => {
  await ask("CreateTable", wideTable);
  await ask("CreateTable", binaryTable);
  // Of one partition, in the order of their numbers: 0, 2, … 18, then those without a number.
  for (let n = 0; n < 10; n++)
    await ask("PutItem", {
      TableName,
      Item: {
        pk: { S: "p" },
        sk: { S: `k${9 - n}` },
        n: { N: `${n * 2}` },
        g: { S: n % 2 === 0 ? "even" : "odd" },
        s: { S: "same" },
        kept: { N: `${n}` },
        unheld: { S: "out" },
      },
    });
  for (const sk of texts) await ask("PutItem", { TableName, Item: { pk: { S: "texts" }, sk: { S: sk } } });
  for (const bytes of [[0], [0, 255], [1], [255], [255, 255]])
    await ask("PutItem", {
      TableName: "binary",
      Item: { pk: { N: "1" }, sk: { B: Buffer.from(bytes).toString("base64") } },
    });
});

/** A query of the partition `p`, or of another by its condition. */
const query = (more: object, values: object = {}, condition = "") => ({
  TableName,
  KeyConditionExpression: `pk = :pk${condition}`,
  ExpressionAttributeValues: { ":pk": { S: "p" }, ...values },
  ...more,
});
const keysOf = ({ Items }: Answer): string[] => Items.map(({ sk }: Answer) => sk.S);

/** Every page of a query or a scan, by what was asked for. */
async function pagesOf(operation: string, input: object): Promise<Answer[]> {
  const pages: Answer[] = [];
  let start: object | undefined;
  do {
    const page = await ask(operation, { ...input, ...(start ? { ExclusiveStartKey: start } : {}) });
    pages.push(page);
    start = page.LastEvaluatedKey;
  } while (start && pages.length < 100);
  return pages;
}

it("reads a partition in the order of its range key, and backwards", async () => {
  const all = Array.from({ length: 10 }, (_, n) => `k${n}`);
  expect(keysOf(await ask("Query", query({})))).toEqual(all);
  expect(keysOf(await ask("Query", query({ ScanIndexForward: false })))).toEqual(all.reverse());
});

it.each([
  [" AND n = :a", [4]],
  [" AND n < :a", [0, 2]],
  [" AND n <= :a", [0, 2, 4]],
  [" AND n > :a", [6, 8, 10, 12, 14, 16, 18]],
  [" AND n >= :a", [4, 6, 8, 10, 12, 14, 16, 18]],
  [" AND n BETWEEN :a AND :b", [4, 6, 8, 10, 12]],
])("reads a local index by %s, both ways", async (condition, expected) => {
  const values = { ":a": { N: "4" }, ...(condition.includes(":b") ? { ":b": { N: "12" } } : {}) };
  const input = query({ IndexName: "local-n", ConsistentRead: true }, values, condition);
  const numbers = ({ Items }: Answer) => Items.map(({ n }: Answer) => Number(n.N));
  expect(numbers(await ask("Query", input))).toEqual(expected);
  expect(numbers(await ask("Query", { ...input, ScanIndexForward: false }))).toEqual([...expected].reverse());
});

it.each([
  ["a", ["a", "aa", "ab", "a\u{10ffff}"]],
  ["a\u{10ffff}", ["a\u{10ffff}"]],
  ["\ud7ff", ["\ud7ff"]],
  ["c", []],
])("reads text that begins with %j, in the order of UTF-8", async (prefix, expected) => {
  const values = { ":pk": { S: "texts" }, ":p": { S: prefix } };
  expect(keysOf(await ask("Query", query({}, values, " AND begins_with(sk, :p)")))).toEqual(expected);
});

it("orders text by its UTF-8, and bytes as bytes", async () => {
  const all = await ask("Query", query({}, { ":pk": { S: "texts" } }));
  expect(keysOf(all)).toEqual([...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  const bytes = async (condition: string, value?: number[]) =>
    (
      await ask("Query", {
        TableName: "binary",
        KeyConditionExpression: `pk = :pk${condition}`,
        ExpressionAttributeValues: {
          ":pk": { N: "1" },
          ...(value ? { ":b": { B: Buffer.from(value).toString("base64") } } : {}),
        },
      })
    ).Items.map(({ sk }: Answer) => [...Buffer.from(sk.B, "base64")]);
  expect(await bytes("")).toEqual([[0], [0, 255], [1], [255], [255, 255]]);
  expect(await bytes(" AND begins_with(sk, :b)", [0])).toEqual([[0], [0, 255]]);
  expect(await bytes(" AND begins_with(sk, :b)", [255])).toEqual([[255], [255, 255]]);
  expect(await bytes(" AND sk > :b", [0, 255])).toEqual([[1], [255], [255, 255]]);
});

it("returns what an index holds, and from a local one whole items if they are requested", async () => {
  const one = { Limit: 1 };
  const first = async (more: object, values = {}, condition = "") =>
    (await ask("Query", query({ ...one, ...more }, values, condition))).Items[0];
  expect(await first({ IndexName: "local-n" })).toEqual({ pk: { S: "p" }, sk: { S: "k9" }, n: { N: "0" } });
  expect(Object.keys(await first({ IndexName: "local-s" })).sort()).toEqual(["kept", "pk", "s", "sk"]);
  expect(await first({ IndexName: "local-n", ProjectionExpression: "kept, unheld" })).toEqual({
    kept: { N: "0" },
    unheld: { S: "out" },
  });
  const whole = await first({ IndexName: "local-n", Select: "ALL_ATTRIBUTES" });
  expect(Object.keys(whole).sort()).toEqual(["g", "kept", "n", "pk", "s", "sk", "unheld"]);
  const global = await ask("Query", {
    TableName,
    IndexName: "global-g",
    KeyConditionExpression: "g = :g",
    ExpressionAttributeValues: { ":g": { S: "odd" } },
  });
  expect(global.Count).toBe(5);
  expect(Object.keys(global.Items[0]).sort()).toEqual(["g", "pk", "sk"]);
});

it("filters what it has read, and counts both", async () => {
  const filter = { FilterExpression: "kept >= :k", Limit: 4 };
  const page = await ask("Query", query(filter, { ":k": { N: "7" } }));
  expect([page.Count, page.ScannedCount, keysOf(page)]).toEqual([3, 4, ["k0", "k1", "k2"]]);
  expect(page.LastEvaluatedKey).toEqual({ pk: { S: "p" }, sk: { S: "k3" } });
  const counted = await ask("Query", query({ Select: "COUNT" }));
  expect(counted).toEqual({ Count: 10, ScannedCount: 10 });
});

it.each([
  ["the table", {}, " ", 3],
  ["a local index", { IndexName: "local-n" }, " AND n > :a", 4],
  ["a local index backwards", { IndexName: "local-n", ScanIndexForward: false }, " AND n <= :a", 2],
  ["rows of one range key", { IndexName: "local-s" }, " AND s = :s", 3],
])("reads %s page by page with the same result", async (_what, more, condition, Limit) => {
  const values = {
    ...(condition.includes(":a") ? { ":a": { N: "5" } } : {}),
    ...(condition.includes(":s") ? { ":s": { S: "same" } } : {}),
  };
  const input = query(more, values, condition);
  const whole = await ask("Query", input);
  const pages = await pagesOf("Query", { ...input, Limit });
  expect(pages.flatMap(keysOf)).toEqual(keysOf(whole));
  expect(whole).not.toHaveProperty("LastEvaluatedKey");
  // A page that is full may be followed by an empty one.
  expect(pages).toHaveLength(Math.floor(whole.Count / Limit) + 1);
});

it("continues after a key that does not exist any more", async () => {
  const at = (sk: string) => ({ pk: { S: "gone" }, sk: { S: sk } });
  for (const sk of ["1", "2", "3"]) await ask("PutItem", { TableName, Item: at(sk) });
  const input = query({ Limit: 2 }, { ":pk": { S: "gone" } });
  const { LastEvaluatedKey } = await ask("Query", input);
  await ask("DeleteItem", { TableName, Key: at("2") });
  expect(keysOf(await ask("Query", { ...input, ExclusiveStartKey: LastEvaluatedKey }))).toEqual(["3"]);
  for (const sk of ["1", "3"]) await ask("DeleteItem", { TableName, Key: at(sk) });
});

it("scans a table and its indexes whole, in pages and in segments", async () => {
  const scan = { TableName };
  const all = keysOf(await ask("Scan", scan)).sort();
  expect(all).toHaveLength(19);
  expect((await pagesOf("Scan", { ...scan, Limit: 4 })).flatMap(keysOf).sort()).toEqual(all);
  const segments = await Promise.all(
    [0, 1, 2].map((Segment) => pagesOf("Scan", { ...scan, Segment, TotalSegments: 3, Limit: 2 })),
  );
  expect(segments.flatMap((pages) => pages.flatMap(keysOf)).sort()).toEqual(all);
  expect(await ask("Scan", { ...scan, IndexName: "global-gn", Select: "COUNT" })).toMatchObject({
    Count: 10,
  });
  const pages = await pagesOf("Scan", { ...scan, IndexName: "global-g", Limit: 3 });
  expect(pages.flatMap(keysOf)).toHaveLength(10);
});

it("reports what was read: the sizes of all items together, or of an index's rows", async () => {
  const reported = { ReturnConsumedCapacity: "INDEXES" };
  const consumed = async (more: object) =>
    (await ask("Query", query({ ...reported, ...more }))).ConsumedCapacity;
  expect(await consumed({})).toEqual({ TableName, CapacityUnits: 0.5, Table: { CapacityUnits: 0.5 } });
  expect(await consumed({ ConsistentRead: true })).toMatchObject({ CapacityUnits: 1 });
  expect(await consumed({ IndexName: "local-n" })).toEqual({
    TableName,
    CapacityUnits: 0.5,
    Table: { CapacityUnits: 0 },
    LocalSecondaryIndexes: { "local-n": { CapacityUnits: 0.5 } },
  });
  // Ten items are read besides, half a unit each.
  expect(await consumed({ IndexName: "local-n", Select: "ALL_ATTRIBUTES" })).toMatchObject({
    CapacityUnits: 5.5,
  });
});

const invalid = "One or more parameter values were invalid: ";
const elsewhere = { pk: { S: "other" }, sk: { S: "k0" } };

it.each([
  [{ IndexName: "none" }, "The table does not have the specified index: none"],
  [{ Limit: 0 }, /Value '0' at 'limit' .* greater than or equal to 1/],
  [{ Select: "SOME" }, /enum value set/],
  [
    { Select: "ALL_PROJECTED_ATTRIBUTES" },
    `${invalid}ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName`,
  ],
  [
    { Select: "COUNT", ProjectionExpression: "kept" },
    "Cannot specify the ProjectionExpression when choosing to get only the Count",
  ],
  [{ Select: "SPECIFIC_ATTRIBUTES" }, /Must specify the .*ProjectionExpression/],
  [
    { FilterExpression: "sk = :pk" },
    "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
  ],
  [
    { ExclusiveStartKey: { pk: { S: "p" } } },
    "The provided starting key is invalid: The provided key element does not match the schema",
  ],
  [
    { ExclusiveStartKey: elsewhere },
    "The provided starting key is outside query boundaries based on provided conditions",
  ],
  [{ IndexName: "local-n", ExclusiveStartKey: elsewhere }, "The provided starting key is invalid"],
  [{ QueryFilter: {} }, /QueryFilter is a legacy parameter/],
  [
    { KeyConditionExpression: undefined, ExpressionAttributeValues: undefined },
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
  ],
  [{ KeyConditionExpression: "sk = :pk" }, "Query condition missed key schema element: pk"],
  [{ KeyConditionExpression: "pk > :pk" }, "Query key condition not supported"],
  [{ KeyConditionExpression: "pk = :pk AND kept = :pk" }, "Query condition missed key schema element: sk"],
  [
    { IndexName: "local-n", KeyConditionExpression: "pk = :pk AND n = :pk" },
    `${invalid}Condition parameter type does not match schema type`,
  ],
  [
    { ExpressionAttributeValues: { ":pk": { S: "x".repeat(5_000) } } },
    `${invalid}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
  ],
  [{ ExpressionAttributeValues: { ":pk": { S: "\0".repeat(2_048) } } }, /too many zero bytes/],
  [{ ExpressionAttributeValues: { ":pk": { S: "" } } }, /cannot contain an empty string value. Key: pk/],
])("refuses a query with %j", async (wrong, refused) => {
  expect(await refusal("Query", { ...query({}), ...wrong })).toEqual(
    typeof refused === "string"
      ? `ValidationException: ${refused}`
      : expect.stringMatching(new RegExp(`^ValidationException: .*${refused.source}`)),
  );
});

it.each([
  [
    { IndexName: "global-g", ConsistentRead: true },
    "Consistent reads are not supported on global secondary indexes",
  ],
  [
    { IndexName: "global-g", Select: "ALL_ATTRIBUTES" },
    `${invalid}Select type ALL_ATTRIBUTES is not supported for global secondary index global-g because its projection type is not ALL`,
  ],
  [
    { IndexName: "global-g", ProjectionExpression: "pk, kept" },
    `${invalid}Global secondary index global-g does not project [kept]`,
  ],
  [{ Segment: 0 }, /TotalSegments parameter is required/],
  [{ TotalSegments: 2 }, /Segment parameter is required/],
  [{ Segment: 2, TotalSegments: 2 }, /Segment: 2 is not less than TotalSegments: 2/],
  [{ ScanFilter: {} }, /ScanFilter is a legacy parameter/],
])("refuses a scan with %j", async (wrong, refused) => {
  expect(await refusal("Scan", { TableName, ...wrong })).toEqual(
    typeof refused === "string" ? `ValidationException: ${refused}` : expect.stringMatching(refused),
  );
});

it("refuses more than two conditions on a key", async () => {
  const values = { ":s": { S: "1" }, ":x": { N: "1" } };
  const two = "ValidationException: Conditions can be of length 1 or 2 only";
  expect(await refusal("Query", query({}, values, " AND sk = :s AND x < :x"))).toBe(two);
  expect(await refusal("Query", query({}, values, " AND x < :x AND sk = :s"))).toBe(two);
});
