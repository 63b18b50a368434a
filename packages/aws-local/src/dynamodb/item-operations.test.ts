import { expect, it } from "vitest";
import { type Answer, bareEngine, plainTable, wideTable } from "../testing/test-engine.ts";

async function wide() {
  const engine = bareEngine();
  await engine.ask("CreateTable", wideTable);
  await engine.ask("CreateTable", plainTable);
  return engine;
}

const TableName = "wide";
const Key = { pk: { S: "p" }, sk: { S: "1" } };
const invalid = "ValidationException: One or more parameter values were invalid: ";
const notValid = "ValidationException: One or more parameter values are not valid. ";
const noEmpty = "The AttributeValue for a key attribute cannot contain an empty string value. ";

it("returns items that were put, and nothing for others", async () => {
  const { ask } = await wide();
  const Item = { ...Key, n: { N: "1.50" }, list: { L: [{ NULL: true }, { BOOL: false }] } };
  expect(await ask("PutItem", { TableName, Item })).toEqual({});
  expect(await ask("GetItem", { TableName, Key })).toEqual({ Item: { ...Item, n: { N: "1.5" } } });
  expect(await ask("GetItem", { TableName, Key: { ...Key, sk: { S: "2" } } })).toEqual({});
  expect(await ask("GetItem", { TableName, Key, ProjectionExpression: "n" })).toEqual({
    Item: { n: { N: "1.5" } },
  });
});

it("finds a number by its value in any notation, and a table by its ARN", async () => {
  const { ask } = await wide();
  await ask("PutItem", { TableName: "plain", Item: { id: { N: "100" }, x: { S: "y" } } });
  const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/plain";
  expect(await ask("GetItem", { TableName: arn, Key: { id: { N: "1.0E2" } } })).toEqual({
    Item: { id: { N: "100" }, x: { S: "y" } },
  });
});

it("keeps attributes with the names of JavaScript's inherited properties", async () => {
  const { ask } = await wide();
  const Item = JSON.parse(
    '{"pk":{"S":"p"},"sk":{"S":"1"},"__proto__":{"S":"a"},"constructor":{"N":"1"},"toString":{"NULL":true}}',
  );
  await ask("PutItem", { TableName, Item });
  expect(JSON.stringify((await ask("GetItem", { TableName, Key })).Item)).toBe(JSON.stringify(Item));
});

it.each([
  ["no key", {}, "The provided key element does not match the schema"],
  ["a part of the key", { pk: Key.pk }, "The provided key element does not match the schema"],
  ["more than the key", { ...Key, n: { N: "1" } }, "The provided key element does not match the schema"],
  ["another type", { ...Key, sk: { N: "1" } }, "The provided key element does not match the schema"],
  ["an empty key", { ...Key, sk: { S: "" } }, `${notValid}${noEmpty}Key: sk`],
  [
    "a hash key over 2,048 bytes",
    { ...Key, pk: { S: "é".repeat(1025) } },
    `${invalid}Size of hashkey has exceeded the maximum size limit of2048 bytes`,
  ],
  [
    "a range key over 1,024 bytes",
    { ...Key, sk: { S: "x".repeat(1025) } },
    `${invalid}Aggregated size of all range keys has exceeded the size limit of 1024 bytes`,
  ],
])("refuses to get, update or delete by %s", async (_what, wrong, refused) => {
  const { refusal } = await wide();
  const all = await Promise.all(
    ["GetItem", "UpdateItem", "DeleteItem"].map((operation) => refusal(operation, { TableName, Key: wrong })),
  );
  const message = refused.startsWith("ValidationException") ? refused : `ValidationException: ${refused}`;
  expect(all).toEqual([message, message, message]);
});

it("accepts keys of the greatest size", async () => {
  const { ask } = await wide();
  const Item = { pk: { S: "x".repeat(2048) }, sk: { S: "é".repeat(512) }, g: { S: "x".repeat(2048) } };
  await ask("PutItem", { TableName, Item });
  expect((await ask("GetItem", { TableName, Key: { pk: Item.pk, sk: Item.sk } })).Item).toEqual(Item);
});

it("names a key that the store has no room for", async () => {
  const { refusal } = await wide();
  const Item = { pk: { S: "\0".repeat(2048) }, sk: { S: "x" } };
  expect(await refusal("PutItem", { TableName, Item })).toBe(
    `${invalid}The key has too many zero bytes to be stored here`,
  );
});

it.each([
  ["no range key", { pk: Key.pk }, `${invalid}Missing the key sk in the item`],
  [
    "a key of another type",
    { ...Key, sk: { N: "1" } },
    `${invalid}Type mismatch for key sk expected: S actual: N`,
  ],
  [
    "an index's key of another type",
    { ...Key, n: { S: "1" } },
    `${invalid}Type mismatch for Index Key n Expected: N Actual: S IndexName: local-n`,
  ],
  [
    "an empty key of an index",
    { ...Key, g: { S: "" } },
    `${notValid}A value specified for a secondary index key is not supported. ${noEmpty}IndexName: global-gn, IndexKey: g`,
  ],
  [
    "more than 400 KB",
    { ...Key, x: { S: "x".repeat(400 * 1024 - 6) } },
    "ValidationException: Item size has exceeded the maximum allowed size",
  ],
])("refuses to put an item with %s", async (_what, Item, refused) => {
  const { refusal, ask } = await wide();
  expect(await refusal("PutItem", { TableName, Item })).toBe(refused);
  expect((await ask("Scan", { TableName })).Count).toBe(0);
});

it("accepts an item of exactly 400 KB", async () => {
  const { ask } = await wide();
  // pk, p, sk, 1 and x are seven bytes.
  const Item = { ...Key, x: { S: "x".repeat(400 * 1024 - 7) } };
  expect(await ask("PutItem", { TableName, Item })).toEqual({});
});

it.each([
  [
    "a key",
    { UpdateExpression: "SET sk = :v" },
    `${invalid}Cannot update attribute sk. This attribute is part of the key`,
  ],
  [
    "an index's key to another type",
    { UpdateExpression: "SET n = :v" },
    "ValidationException: The update expression attempted to update the secondary index key to unsupported type",
  ],
  [
    "an index's key to empty text",
    { UpdateExpression: "SET g = :v", ExpressionAttributeValues: { ":v": { S: "" } } },
    new RegExp(noEmpty),
  ],
  [
    "an item to more than 400 KB",
    { UpdateExpression: "SET x = :v", ExpressionAttributeValues: { ":v": { S: "x".repeat(409_600) } } },
    "ValidationException: Item size to update has exceeded the maximum allowed size",
  ],
  [
    "what is not a number",
    { UpdateExpression: "SET x = x + :v", ExpressionAttributeValues: { ":v": { N: "1" } } },
    /ValidationException: .*(not exist|Incorrect operand type|operand)/,
  ],
])("refuses to update %s, and leaves the item as it was", async (_what, wrong, refused) => {
  const { refusal, ask } = await wide();
  await ask("PutItem", { TableName, Item: { ...Key, n: { N: "1" } } });
  const values = { ExpressionAttributeValues: { ":v": { S: "v" } } };
  expect(await refusal("UpdateItem", { TableName, Key, ...values, ...wrong })).toEqual(
    typeof refused === "string" ? refused : expect.stringMatching(refused),
  );
  expect((await ask("GetItem", { TableName, Key })).Item).toEqual({ ...Key, n: { N: "1" } });
});

it("returns the old and the new item, or the attributes that an update has touched", async () => {
  const { ask } = await wide();
  const update = (ReturnValues: string, v: string) =>
    ask("UpdateItem", {
      TableName,
      Key,
      ReturnValues,
      UpdateExpression: "SET x = :v REMOVE y",
      ExpressionAttributeValues: { ":v": { S: v } },
    });
  expect(await update("UPDATED_OLD", "a")).toEqual({});
  await ask("UpdateItem", {
    TableName,
    Key,
    UpdateExpression: "SET y = :v",
    ExpressionAttributeValues: { ":v": { S: "y" } },
  });
  expect(await update("ALL_OLD", "b")).toEqual({ Attributes: { ...Key, x: { S: "a" }, y: { S: "y" } } });
  expect(await update("ALL_NEW", "c")).toEqual({ Attributes: { ...Key, x: { S: "c" } } });
  expect(await update("UPDATED_OLD", "d")).toEqual({ Attributes: { x: { S: "c" } } });
  expect(await update("UPDATED_NEW", "e")).toEqual({ Attributes: { x: { S: "e" } } });
  expect(await update("NONE", "f")).toEqual({});
  const put = { TableName, Item: Key, ReturnValues: "ALL_OLD" };
  expect(await ask("PutItem", put)).toEqual({ Attributes: { ...Key, x: { S: "f" } } });
  const remove = { TableName, Key, ReturnValues: "ALL_OLD" };
  expect(await ask("DeleteItem", remove)).toEqual({ Attributes: Key });
  expect(await ask("DeleteItem", remove)).toEqual({});
});

it("creates an item with only its key by an update without an expression, and changes no existing one", async () => {
  const { ask } = await wide();
  await ask("UpdateItem", { TableName, Key });
  expect((await ask("GetItem", { TableName, Key })).Item).toEqual(Key);
  await ask("PutItem", { TableName, Item: { ...Key, x: { S: "x" } } });
  expect(await ask("UpdateItem", { TableName, Key, ReturnValues: "ALL_NEW" })).toEqual({
    Attributes: { ...Key, x: { S: "x" } },
  });
});

it("refuses a write whose condition fails, with the item if it was asked for", async () => {
  const { refusal, ask, dynamodb } = await wide();
  const Item = { ...Key, x: { S: "x" } };
  await ask("PutItem", { TableName, Item });
  const condition = { ConditionExpression: "attribute_not_exists(pk)" };
  const failed = "ConditionalCheckFailedException: The conditional request failed";
  expect(await refusal("PutItem", { TableName, Item: Key, ...condition })).toBe(failed);
  expect(await refusal("UpdateItem", { TableName, Key, ...condition })).toBe(failed);
  expect(await refusal("DeleteItem", { TableName, Key, ...condition })).toBe(failed);
  const answer = async (ReturnValuesOnConditionCheckFailure: string, key: object) => {
    const input = { TableName, Key: key, ConditionExpression: "x = sk", ReturnValuesOnConditionCheckFailure };
    const { status, body } = await dynamodb.call("DynamoDB_20120810.DeleteItem", JSON.stringify(input));
    return [status, JSON.parse(body)];
  };
  const error = { __type: "ConditionalCheckFailedException", message: "The conditional request failed" };
  expect(await answer("ALL_OLD", Key)).toEqual([400, { ...error, Item }]);
  expect(await answer("NONE", Key)).toEqual([400, error]);
  expect(await answer("ALL_OLD", { ...Key, sk: { S: "none" } })).toEqual([400, error]);
  expect((await ask("GetItem", { TableName, Key })).Item).toEqual(Item);
});

const legacy = (member: string, instead: string) =>
  `ValidationException: ${member} is a legacy parameter, which is not supported here: use ${instead}`;

it.each([
  [
    "GetItem",
    { AttributesToGet: ["x"], ProjectionExpression: "y" },
    legacy("AttributesToGet", "ProjectionExpression"),
  ],
  ["PutItem", { Expected: {} }, legacy("Expected", "ConditionExpression")],
  ["UpdateItem", { AttributeUpdates: {} }, legacy("AttributeUpdates", "UpdateExpression")],
  [
    "DeleteItem",
    { ConditionalOperator: "AND" },
    legacy("ConditionalOperator", "ConditionExpression or FilterExpression"),
  ],
  [
    "PutItem",
    { ReturnValues: "ALL_NEW" },
    "ValidationException: 1 validation error detected: Value 'ALL_NEW' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]",
  ],
  ["GetItem", { ReturnConsumedCapacity: "SOME" }, /enum value set: \[INDEXES, NONE, TOTAL\]/],
  ["GetItem", { ConsistentRead: "yes" }, /^SerializationException/],
  ["GetItem", { TableName: "none" }, "ResourceNotFoundException: Requested resource not found"],
  ["GetItem", { TableName: "no" }, /^ValidationException/],
  ["GetItem", { TableName: undefined }, /Value null at 'tableName'/],
  ["GetItem", { Key: undefined }, /Value null at 'key'/],
  ["PutItem", { Item: undefined }, /Value null at 'item'/],
  [
    "GetItem",
    { ExpressionAttributeNames: { "#a": "a" } },
    "ValidationException: ExpressionAttributeNames can only be specified when using expressions",
  ],
  [
    "PutItem",
    { ConditionExpression: "attribute_exists(pk)", ExpressionAttributeValues: { ":v": { S: "v" } } },
    "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}",
  ],
])("refuses %s with %j", async (operation, wrong, refused) => {
  const { refusal } = await wide();
  const input = { TableName, ...(operation === "PutItem" ? { Item: Key } : { Key }), ...wrong };
  expect(await refusal(operation, input)).toEqual(
    typeof refused === "string" ? refused : expect.stringMatching(refused),
  );
});

it("refuses an input that is not a structure, and a body that is not JSON", async () => {
  const { dynamodb } = await wide();
  for (const body of ["[]", "null", "{"]) {
    const answer = await dynamodb.call("DynamoDB_20120810.GetItem", body);
    expect([answer.status, JSON.parse(answer.body).__type]).toEqual([400, "SerializationException"]);
  }
});

const units = (answer: Answer): number => answer.ConsumedCapacity.CapacityUnits;

it("reports what reads consume: 4 KB a unit, half of it unless they are consistent", async () => {
  const { ask } = await wide();
  // pk, p, sk, 1 and x are seven bytes.
  await ask("PutItem", { TableName, Item: { ...Key, x: { S: "x".repeat(4096 - 7) } } });
  const get = (more: object) => ask("GetItem", { TableName, Key, ReturnConsumedCapacity: "TOTAL", ...more });
  expect(units(await get({}))).toBe(0.5);
  expect(units(await get({ ConsistentRead: true }))).toBe(1);
  expect(units(await get({ Key: { ...Key, sk: { S: "none" } } }))).toBe(0.5);
  await ask("PutItem", { TableName, Item: { ...Key, x: { S: "x".repeat(4096 - 6) } } });
  expect(units(await get({ ConsistentRead: true, ProjectionExpression: "pk" }))).toBe(2);
});

it("reports what writes consume: 1 KB a unit of the larger item, and the units of their indexes", async () => {
  const { ask } = await wide();
  const write = async (operation: string, input: object) =>
    (await ask(operation, { TableName, ReturnConsumedCapacity: "INDEXES", ...input })).ConsumedCapacity;
  const put = (more: object) => write("PutItem", { Item: { ...Key, ...more } });
  expect(await put({ x: { S: "x".repeat(1500) } })).toEqual({
    TableName,
    CapacityUnits: 2,
    Table: { CapacityUnits: 2 },
  });
  expect(await put({ n: { N: "1" }, g: { S: "g" }, x: { S: "x".repeat(1100) } })).toEqual({
    TableName,
    CapacityUnits: 6,
    Table: { CapacityUnits: 2 },
    LocalSecondaryIndexes: { "local-n": { CapacityUnits: 1 } },
    GlobalSecondaryIndexes: { "global-gn": { CapacityUnits: 2 }, "global-g": { CapacityUnits: 1 } },
  });
  // What only the index of all attributes holds has changed.
  expect(await put({ n: { N: "1" }, g: { S: "g" } })).toMatchObject({
    CapacityUnits: 4,
    GlobalSecondaryIndexes: { "global-gn": { CapacityUnits: 2 } },
  });
  // A key has changed: the old row goes, a new one comes.
  expect(await put({ n: { N: "2" }, g: { S: "g" } })).toMatchObject({
    LocalSecondaryIndexes: { "local-n": { CapacityUnits: 2 } },
    GlobalSecondaryIndexes: { "global-gn": { CapacityUnits: 2 } },
  });
  expect(await write("DeleteItem", { Key })).toMatchObject({ CapacityUnits: 4 });
  expect(await write("DeleteItem", { Key })).toMatchObject({ CapacityUnits: 1 });
});

it("reports the collection of an item if the table has local indexes", async () => {
  const { ask } = await wide();
  const sized = { ReturnItemCollectionMetrics: "SIZE" };
  expect(await ask("UpdateItem", { TableName, Key, ...sized })).toEqual({
    ItemCollectionMetrics: { ItemCollectionKey: { pk: Key.pk }, SizeEstimateRangeGB: [0, 1] },
  });
  expect(await ask("PutItem", { TableName: "plain", Item: { id: { N: "1" } }, ...sized })).toEqual({});
});

it.each([
  ["removes an attribute", "REMOVE x", {}],
  ["removes what lies within one", "REMOVE x.y, l[0]", {}],
  ["takes out of a set", "DELETE x :v", { ExpressionAttributeValues: { ":v": { SS: ["a"] } } }],
])("creates no item by an update that only %s", async (_, UpdateExpression, values) => {
  const { ask } = await wide();
  const update = { TableName, Key, UpdateExpression, ...values };
  expect(await ask("UpdateItem", { ...update, ReturnValues: "ALL_NEW" })).toEqual({});
  await ask("TransactWriteItems", { TransactItems: [{ Update: update }] });
  expect((await ask("Scan", { TableName })).Count).toBe(0);
});

it("creates an item by an update that also sets something", async () => {
  const { ask } = await wide();
  await ask("UpdateItem", { TableName, Key, UpdateExpression: "REMOVE x SET z = pk" });
  expect((await ask("GetItem", { TableName, Key })).Item).toEqual({ ...Key, z: Key.pk });
});

it("refuses an attribute without a name, and one whose name is too long", async () => {
  const { refusal } = await wide();
  const put = (name: string) => refusal("PutItem", { TableName, Item: { ...Key, [name]: { S: "x" } } });
  expect(await put("")).toBe(`${invalid}Empty attribute name`);
  expect(await put("n".repeat(65_536))).toBe(
    `${invalid}Attribute name is too large, must be less than 65536 bytes`,
  );
  expect(await put("é".repeat(32_768))).toMatch(/too large/);
  expect(await put("n".repeat(65_535))).toEqual({});
});
