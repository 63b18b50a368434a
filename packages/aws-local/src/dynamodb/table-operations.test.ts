import { expect, it } from "vitest";
import { bareEngine, plainTable, wideTable } from "../testing/test-engine.ts";

const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" });
const range = (AttributeName: string) => ({ AttributeName, KeyType: "RANGE" });
const invalid = "ValidationException: One or more parameter values were invalid: ";

it("describes a table as it was requested", async () => {
  const { ask } = bareEngine();
  const made = (await ask("CreateTable", wideTable)).TableDescription;
  const { Table } = await ask("DescribeTable", { TableName: "wide" });
  expect(Table).toEqual(made);
  expect(Table).toMatchObject({
    TableName: "wide",
    TableStatus: "ACTIVE",
    TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/wide",
    KeySchema: wideTable.KeySchema,
    ItemCount: 0,
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    CreationDateTime: Date.UTC(2026, 0, 1) / 1000,
  });
  const byName = (a: { AttributeName: string }, b: { AttributeName: string }) =>
    a.AttributeName.localeCompare(b.AttributeName);
  expect(Table.AttributeDefinitions.sort(byName)).toEqual([...wideTable.AttributeDefinitions].sort(byName));
  expect(Table.LocalSecondaryIndexes).toMatchObject(wideTable.LocalSecondaryIndexes);
  expect(Table.GlobalSecondaryIndexes).toMatchObject(wideTable.GlobalSecondaryIndexes);
});

it("counts items and their bytes", async () => {
  const { ask } = bareEngine();
  await ask("CreateTable", plainTable);
  for (const id of [1, 2])
    await ask("PutItem", { TableName: "plain", Item: { id: { N: `${id}` }, t: { S: "four" } } });
  const { Table } = await ask("DescribeTable", { TableName: "plain" });
  // A number takes two bytes, names one and two.
  expect(Table).toMatchObject({ ItemCount: 2, TableSizeBytes: 2 * (2 + 2 + 1 + 4) });
});

it.each([
  [
    "no name",
    { TableName: undefined },
    "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
  ],
  ["a name that is too short", { TableName: "ab" }, /length greater than or equal to 3/],
  ["a name with a slash", { TableName: "a/bc" }, /regular expression pattern/],
  [
    "a range key first",
    { KeySchema: [range("id")] },
    "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
  ],
  [
    "two hash keys",
    { KeySchema: [hash("id"), hash("id")] },
    "ValidationException: Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
  ],
  [
    "one attribute as both keys",
    { KeySchema: [hash("id"), range("id")] },
    "ValidationException: Both the Hash Key and the Range Key element in the KeySchema have the same name",
  ],
  [
    "a key that is not defined",
    { KeySchema: [hash("other")] },
    `${invalid}Some index key attributes are not defined in AttributeDefinitions. Keys: [other], AttributeDefinitions: [id]`,
  ],
  [
    "an attribute that is not a key",
    {
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "N" },
        { AttributeName: "x", AttributeType: "S" },
      ],
    },
    `${invalid}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
  ],
  [
    "a key of another type",
    { AttributeDefinitions: [{ AttributeName: "id", AttributeType: "BOOL" }] },
    /enum value set: \[B, N, S\]/,
  ],
  [
    "no throughput where it is provisioned",
    { BillingMode: "PROVISIONED" },
    `${invalid}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
  ],
  [
    "throughput on demand",
    { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
    `${invalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
  ],
  [
    "a stream",
    { StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" } },
    "ValidationException: StreamSpecification is not supported here",
  ],
])("refuses a table with %s", async (_what, wrong, refused) => {
  const { refusal, ask } = bareEngine();
  expect(await refusal("CreateTable", { ...plainTable, ...wrong })).toEqual(
    typeof refused === "string" ? refused : expect.stringMatching(refused),
  );
  expect(await ask("ListTables", {})).toEqual({ TableNames: [] });
});

const [local, included] = wideTable.LocalSecondaryIndexes;
const [global] = wideTable.GlobalSecondaryIndexes;

it.each([
  [
    "a name twice",
    { GlobalSecondaryIndexes: [global, { ...global, IndexName: "local-n" }] },
    `${invalid}Duplicate index name: local-n`,
  ],
  [
    "a local one where the table has no range key",
    { KeySchema: [hash("pk")] },
    `${invalid}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
  ],
  [
    "another hash key than its table's",
    { LocalSecondaryIndexes: [{ ...local, KeySchema: [hash("g"), range("n")] }] },
    `${invalid}Index KeySchema does not have the same leading hash key as table KeySchema for index: local-n. index hash key: g, table hash key: pk`,
  ],
  [
    "no range key in a local one",
    { LocalSecondaryIndexes: [{ ...local, KeySchema: [hash("pk")] }] },
    `${invalid}Index KeySchema does not have a range key for index: local-n`,
  ],
  [
    "an unknown projection",
    { LocalSecondaryIndexes: [{ ...local, Projection: {} }] },
    `${invalid}Unknown ProjectionType: null`,
  ],
  [
    "attributes beside keys only",
    {
      LocalSecondaryIndexes: [
        { ...included, Projection: { ProjectionType: "KEYS_ONLY", NonKeyAttributes: ["kept"] } },
      ],
    },
    `${invalid}ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified`,
  ],
  [
    "nothing to include",
    { LocalSecondaryIndexes: [{ ...included, Projection: { ProjectionType: "INCLUDE" } }] },
    `${invalid}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
  ],
  [
    "more than five local ones",
    { LocalSecondaryIndexes: Array.from({ length: 6 }, (_, n) => ({ ...local, IndexName: `local-${n}` })) },
    `${invalid}Number of LocalSecondaryIndexes exceeds per-table limit of 5`,
  ],
  [
    "more than twenty global ones",
    {
      GlobalSecondaryIndexes: Array.from({ length: 21 }, (_, n) => ({ ...global, IndexName: `global-${n}` })),
    },
    `${invalid}Number of GlobalSecondaryIndexes exceeds per-table limit of 20`,
  ],
])("refuses indexes with %s", async (_what, wrong, refused) => {
  expect(await bareEngine().refusal("CreateTable", { ...wideTable, ...wrong })).toBe(refused);
});

it("creates one table of a name, however many requests come at the same time", async () => {
  const { refusal, ask } = bareEngine();
  const all = await Promise.all([1, 2, 3].map(() => refusal("CreateTable", plainTable)));
  expect(all.filter((one) => one === "ResourceInUseException: Table already exists: plain")).toHaveLength(2);
  expect((await ask("ListTables", {})).TableNames).toEqual(["plain"]);
});

it("lists tables page by page", async () => {
  const { ask } = bareEngine();
  for (const TableName of ["ccc", "aaa", "bbb"]) await ask("CreateTable", { ...plainTable, TableName });
  const first = await ask("ListTables", { Limit: 2 });
  expect(first).toEqual({ TableNames: ["aaa", "bbb"], LastEvaluatedTableName: "bbb" });
  expect(await ask("ListTables", { Limit: 2, ExclusiveStartTableName: "bbb" })).toEqual({
    TableNames: ["ccc"],
  });
});

it("keeps nothing of a deleted table, also for a new one with its name", async () => {
  const engine = bareEngine();
  const { ask, refusal, store } = engine;
  await ask("CreateTable", wideTable);
  const item = { pk: { S: "p" }, sk: { S: "s" }, n: { N: "1" }, g: { S: "g" } };
  await ask("PutItem", { TableName: "wide", Item: item });
  expect((await ask("DeleteTable", { TableName: "wide" })).TableDescription.TableStatus).toBe("DELETING");
  const key = { TableName: "wide", Key: { pk: { S: "p" }, sk: { S: "s" } } };
  expect(await refusal("GetItem", key)).toBe("ResourceNotFoundException: Requested resource not found");
  expect(await refusal("DescribeTable", { TableName: "wide" })).toBe(
    "ResourceNotFoundException: Requested resource not found: Table: wide not found",
  );
  expect(await refusal("DeleteTable", { TableName: "wide" })).toMatch(/^ResourceNotFoundException/);
  await ask("CreateTable", wideTable);
  expect(await ask("Scan", { TableName: "wide" })).toMatchObject({ Count: 0 });
  expect(await ask("Scan", { TableName: "wide", IndexName: "global-g" })).toMatchObject({ Count: 0 });
  await engine.dynamodb.sweep();
  const kinds = [...store.list({ prefix: ["dynamodb"] })].map(([key]) => key[1]);
  expect(kinds).toEqual(["last id", "table"]);
});

it("accepts a write that was requested before its table's deletion, and leaves nothing of it", async () => {
  const { ask, dynamodb, store, refusal } = bareEngine();
  await ask("CreateTable", plainTable);
  const put = { TableName: "plain", Item: { id: { N: "1" } } };
  const [before, , after] = await Promise.all([
    refusal("PutItem", put),
    ask("DeleteTable", { TableName: "plain" }),
    refusal("PutItem", put),
  ]);
  expect([before, after]).toEqual([{}, "ResourceNotFoundException: Requested resource not found"]);
  await dynamodb.sweep();
  expect([...store.list({ prefix: ["dynamodb", "item"] })]).toEqual([]);
});

const ttl = (Enabled: boolean, AttributeName = "ends") => ({
  TableName: "wide",
  TimeToLiveSpecification: { AttributeName, Enabled },
});
const item = (n: number, ends?: object) => ({
  pk: { S: "p" },
  sk: { S: `${n}` },
  n: { N: `${n}` },
  g: { S: "g" },
  ...(ends ? { ends } : {}),
});
const left = async ({ ask }: Pick<ReturnType<typeof bareEngine>, "ask">, IndexName?: string) =>
  (await ask("Scan", { TableName: "wide", ...(IndexName ? { IndexName } : {}) })).Items.map(
    ({ sk }: { sk: { S: string } }) => Number(sk.S),
  );

it("lets items expire by their attribute, also existing ones, and removes them from every index", async () => {
  const engine = bareEngine();
  const { ask, clock, dynamodb } = engine;
  const seconds = clock.now() / 1000;
  await ask("CreateTable", wideTable);
  const put = (n: number, ends?: object) => ask("PutItem", { TableName: "wide", Item: item(n, ends) });
  await put(0, { N: `${seconds + 10}` });
  await put(1, { S: `${seconds + 10}` });
  await ask("UpdateTimeToLive", ttl(true));
  expect((await ask("DescribeTimeToLive", { TableName: "wide" })).TimeToLiveDescription).toEqual({
    AttributeName: "ends",
    TimeToLiveStatus: "ENABLED",
  });
  await put(2, { N: `${seconds + 10}` });
  await put(3, { N: `${seconds + 20}` });
  await put(4, { N: `${seconds - 6 * 366 * 86_400}` });
  await put(5);
  await put(6, { N: `${seconds + 10}` });
  await put(6, { N: `${seconds + 60}` });
  await clock.advance(10_000);
  expect(await dynamodb.sweep()).toBe(0);
  await clock.advance(1_000);
  expect(await left(engine)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(await dynamodb.sweep()).toBe(2);
  expect(await left(engine)).toEqual([1, 3, 4, 5, 6]);
  expect(await left(engine, "global-gn")).toEqual([1, 3, 4, 5, 6]);
  expect(await left(engine, "local-n")).toEqual([1, 3, 4, 5, 6]);
  await clock.advance(10_000);
  expect(await dynamodb.sweep()).toBe(1);
  expect(await dynamodb.sweep()).toBe(0);
});

it("makes no commit for a sweep when nothing has expired", async () => {
  const { ask, dynamodb, store } = bareEngine();
  await ask("CreateTable", wideTable);
  await ask("UpdateTimeToLive", ttl(true));
  await ask("PutItem", { TableName: "wide", Item: item(1, { N: "4000000000" }) });
  const before = store.commits();
  await dynamodb.sweep();
  expect(store.commits()).toBe(before);
});

it("expires no item after expiry was disabled, and later none by the former attribute", async () => {
  const engine = bareEngine();
  const { ask, clock, dynamodb } = engine;
  const seconds = clock.now() / 1000;
  await ask("CreateTable", wideTable);
  await ask("UpdateTimeToLive", ttl(true));
  await ask("PutItem", { TableName: "wide", Item: item(1, { N: `${seconds + 1}` }) });
  await ask("UpdateTimeToLive", ttl(false));
  await clock.advance(60_000);
  expect(await dynamodb.sweep()).toBe(0);
  await ask("UpdateTimeToLive", ttl(true, "other"));
  expect(await dynamodb.sweep()).toBe(0);
  expect(await left(engine)).toEqual([1]);
});

it("refuses to enable expiry twice, or to disable it twice", async () => {
  const { ask, refusal } = bareEngine();
  await ask("CreateTable", wideTable);
  expect(await refusal("UpdateTimeToLive", ttl(false))).toBe(
    "ValidationException: TimeToLive is already disabled",
  );
  await ask("UpdateTimeToLive", ttl(true));
  expect(await refusal("UpdateTimeToLive", ttl(true))).toBe(
    "ValidationException: TimeToLive is already enabled",
  );
  expect(await refusal("UpdateTimeToLive", ttl(false, "other"))).toMatch(/different AttributeName/);
  expect(await refusal("UpdateTimeToLive", { ...ttl(true), TableName: "none" })).toMatch(
    /^ResourceNotFoundException/,
  );
});

it.each([
  ["ExecuteStatement", "PartiQL"],
  ["CreateBackup", "backups"],
  ["CreateGlobalTable", "global tables"],
])("refuses %s by its name", async (operation, what) => {
  expect(await bareEngine().refusal(operation, {})).toBe(
    `UnknownOperationException: ${operation} (${what}) is not served here`,
  );
});

it("says what to do instead of changing a table", async () => {
  expect(await bareEngine().refusal("UpdateTable", {})).toBe(
    "UnknownOperationException: UpdateTable is not served here: create a table as it is to be, with its indexes, and copy the items",
  );
});

it("counts what each index holds", async () => {
  const { ask } = bareEngine();
  await ask("CreateTable", wideTable);
  await ask("PutItem", {
    TableName: "wide",
    Item: { pk: { S: "p" }, sk: { S: "1" }, g: { S: "g" }, x: { S: "x" } },
  });
  await ask("PutItem", { TableName: "wide", Item: { pk: { S: "p" }, sk: { S: "2" }, s: { S: "s" } } });
  const { Table } = await ask("DescribeTable", { TableName: "wide" });
  const indexes = [...Table.LocalSecondaryIndexes, ...Table.GlobalSecondaryIndexes].map(
    ({ IndexName, ItemCount, IndexSizeBytes }) => [IndexName, ItemCount, IndexSizeBytes],
  );
  expect(indexes).toEqual([
    ["local-n", 0, 0],
    ["local-s", 1, 8],
    ["global-gn", 0, 0],
    ["global-g", 1, 8],
  ]);
});

const holding = (NonKeyAttributes: unknown) => ({
  ...wideTable,
  LocalSecondaryIndexes: [
    { ...wideTable.LocalSecondaryIndexes[1], Projection: { ProjectionType: "INCLUDE", NonKeyAttributes } },
  ],
  AttributeDefinitions: wideTable.AttributeDefinitions,
});

it.each([
  ["twice", ["a", "b", "a"], `${invalid}Duplicate attribute in NonKeyAttributes: a`],
  ["under too long a name", ["n".repeat(256)], /length less than or equal to 255/],
  ["without a name", [""], /length greater than or equal to 1/],
  ["as a number", ["a", 1], "SerializationException: NonKeyAttributes is not a list of strings"],
])("refuses an index that holds an attribute %s", async (_, names, refused) => {
  expect(await bareEngine().refusal("CreateTable", holding(names))).toEqual(
    typeof refused === "string" ? refused : expect.stringMatching(refused),
  );
});
