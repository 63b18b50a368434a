import type { CancellationReason, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { createTestTable, documentClient } from "../testing/test-table.ts";

// What a DynamoDB is asked for, through the SDK's document client.

let engine: TestEngine;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  engine = await openTestEngine();
  client = documentClient(engine.url);
  await createTestTable(client);
});
afterAll(() => engine.close());

const TableName = "test";
let keys = 0;
const newKey = () => ({ pk: `pk-${keys++}`, sk: "meta" });
const put = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName, Item }));
const get = async (Key: Record<string, unknown>) =>
  (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

it("returns the item that made a condition fail", async () => {
  const key = newKey();
  await put({ ...key, state: "answered", version: 3 });
  const failure = await client
    .send(
      new PutCommand({
        TableName,
        Item: { ...key, state: "open" },
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    )
    .catch((cause: unknown) => cause);
  expect(failure).toMatchObject({
    name: "ConditionalCheckFailedException",
    Item: { state: { S: "answered" }, version: { N: "3" } },
  });
});

it("cancels a transaction as a whole and says of each part why, with the old item", async () => {
  const [first, second, third] = [newKey(), newKey(), newKey()];
  await put({ ...second, head: 7 });
  const failure = (await client
    .send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item: first } },
          {
            Update: {
              TableName,
              Key: second,
              UpdateExpression: "SET head = :next",
              ConditionExpression: "head = :seen",
              ExpressionAttributeValues: { ":next": 7, ":seen": 6 },
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            },
          },
          {
            ConditionCheck: {
              TableName,
              Key: third,
              ConditionExpression: "attribute_exists(pk)",
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            },
          },
        ],
      }),
    )
    .catch((cause: unknown) => cause)) as TransactionCanceledException;
  expect(failure.name).toBe("TransactionCanceledException");
  const reasons = failure.CancellationReasons as CancellationReason[];
  expect(reasons.map(({ Code }) => Code)).toEqual([
    "None",
    "ConditionalCheckFailed",
    "ConditionalCheckFailed",
  ]);
  expect(reasons[1]?.Item).toMatchObject({ head: { N: "7" } });
  expect(reasons[2]?.Item).toBeUndefined();
  expect(await get(first)).toBeUndefined();
});

it("lets exactly one of many concurrent transactions win", async () => {
  const key = newKey();
  await put({ ...key, state: "open" });
  const claims = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Update: {
                TableName,
                Key: key,
                UpdateExpression: "SET #s = :answered, winner = :n",
                ConditionExpression: "#s = :open",
                ExpressionAttributeNames: { "#s": "state" },
                ExpressionAttributeValues: { ":answered": "answered", ":open": "open", ":n": n },
              },
            },
            { Put: { TableName, Item: { pk: key.pk, sk: `ledger-${n}` } } },
          ],
        }),
      ),
    ),
  );
  const winner = claims.findIndex(({ status }) => status === "fulfilled");
  expect(claims.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await get(key)).toMatchObject({ winner });
  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :l)",
      ExpressionAttributeValues: { ":pk": key.pk, ":l": "ledger-" },
    }),
  );
  expect(Items).toEqual([{ pk: key.pk, sk: `ledger-${winner}` }]);
});

it("accepts the same transaction twice under one client request token", async () => {
  const key = newKey();
  const command = () =>
    new TransactWriteCommand({
      ClientRequestToken: `token-${key.pk}`,
      TransactItems: [
        {
          Update: {
            TableName,
            Key: key,
            UpdateExpression: "ADD version :one",
            ExpressionAttributeValues: { ":one": 1 },
          },
        },
      ],
    });
  await client.send(command());
  await client.send(command());
  expect(await get(key)).toMatchObject({ version: 1 });
});

it("queries a local index by range, consistently, page by page and backwards", async () => {
  const { pk } = newKey();
  for (const number of [1, 2, 9, 10, 11]) await put({ pk, sk: `k${number}`, number });
  await put({ pk, sk: "unnumbered" });
  const query = (more: object, ExpressionAttributeValues: object, condition: string) =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName: "byNumber",
        ConsistentRead: true,
        KeyConditionExpression: `pk = :pk AND ${condition}`,
        ExpressionAttributeNames: { "#n": "number" },
        ExpressionAttributeValues: { ":pk": pk, ...ExpressionAttributeValues },
        ...more,
      }),
    );
  const between = await query({}, { ":a": 2, ":b": 10 }, "#n BETWEEN :a AND :b");
  expect(between.Items?.map(({ number }) => number)).toEqual([2, 9, 10]);
  const first = await query({ Limit: 2 }, { ":a": 1 }, "#n > :a");
  const next = await query({ ExclusiveStartKey: first.LastEvaluatedKey }, { ":a": 1 }, "#n > :a");
  expect([...(first.Items ?? []), ...(next.Items ?? [])].map(({ number }) => number)).toEqual([2, 9, 10, 11]);
  const last = await query({ ScanIndexForward: false, Limit: 1 }, { ":a": 0 }, "#n > :a");
  expect(last.Items?.map(({ number }) => number)).toEqual([11]);
});

it("keeps a sparse global index in step with its items, and refuses consistent reads of it", async () => {
  const { pk } = newKey();
  const query = (ConsistentRead = false) =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName: "byName",
        ConsistentRead,
        KeyConditionExpression: "#name = :name AND #n <= :now",
        ExpressionAttributeNames: { "#name": "name", "#n": "number" },
        ExpressionAttributeValues: { ":name": `due-${pk}`, ":now": 50 },
      }),
    );
  await put({ pk, sk: "1", name: `due-${pk}`, number: 40 });
  await put({ pk, sk: "2", name: `due-${pk}`, number: 60 });
  expect((await query()).Items?.map(({ sk }) => sk)).toEqual(["1"]);
  await client.send(
    new UpdateCommand({
      TableName,
      Key: { pk, sk: "1" },
      UpdateExpression: "REMOVE #n",
      ExpressionAttributeNames: { "#n": "number" },
    }),
  );
  expect((await query()).Items).toEqual([]);
  await expect(query(true)).rejects.toMatchObject({ name: "ValidationException" });
});

it("reads a hundred items in one batch, as far as they exist", async () => {
  const { pk } = newKey();
  for (let n = 0; n < 100; n += 2) await put({ pk, sk: `${n}` });
  const Keys = Array.from({ length: 100 }, (_, n) => ({ pk, sk: `${n}` }));
  const read = await client.send(
    new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
  );
  expect(read.Responses?.[TableName]).toHaveLength(50);
  expect(read.UnprocessedKeys).toEqual({});
});

it("reads several items at one moment, in the order asked", async () => {
  const [there, missing] = [newKey(), newKey()];
  await put({ ...there, head: 1 });
  const { Responses } = await client.send(
    new TransactGetCommand({
      TransactItems: [{ Get: { TableName, Key: missing } }, { Get: { TableName, Key: there } }],
    }),
  );
  expect(Responses?.map(({ Item }) => Item)).toEqual([undefined, { ...there, head: 1 }]);
});

it("refuses a second operation on one item, more than 100 operations and an item over 400 KB", async () => {
  const key = newKey();
  const twice = [{ Put: { TableName, Item: key } }, { Delete: { TableName, Key: key } }];
  const tooMany = Array.from({ length: 101 }, () => ({ Put: { TableName, Item: newKey() } }));
  for (const TransactItems of [twice, tooMany]) {
    await expect(client.send(new TransactWriteCommand({ TransactItems }))).rejects.toMatchObject({
      name: "ValidationException",
    });
  }
  await expect(put({ ...key, fill: "x".repeat(400 * 1024) })).rejects.toMatchObject({
    name: "ValidationException",
  });
});

it("ends a page of a query at one megabyte", async () => {
  const { pk } = newKey();
  for (let n = 0; n < 4; n++) await put({ pk, sk: `${n}`, fill: "x".repeat(350_000) });
  const query = (ExclusiveStartKey?: Record<string, unknown>) =>
    client.send(
      new QueryCommand({
        TableName,
        ExclusiveStartKey,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
      }),
    );
  const page = await query();
  const rest = await query(page.LastEvaluatedKey);
  const [before, after] = [page.Items ?? [], rest.Items ?? []].map((items) => items.map(({ sk }) => sk));
  expect(before!.length).toBeLessThan(4);
  expect([...before!, ...after!]).toEqual(["0", "1", "2", "3"]);
  expect(rest.LastEvaluatedKey).toBeUndefined();
});

it("updates in place and returns the new or the old item", async () => {
  const key = newKey();
  const update = new UpdateCommand({
    TableName,
    Key: key,
    UpdateExpression:
      "SET head = if_not_exists(head, :zero) + :one, #l = list_append(if_not_exists(#l, :none), :x)",
    ExpressionAttributeNames: { "#l": "log" },
    ExpressionAttributeValues: { ":zero": 0, ":one": 1, ":none": [], ":x": ["a"] },
    ReturnValues: "ALL_NEW",
  });
  await client.send(update);
  expect((await client.send(update)).Attributes).toEqual({ ...key, head: 2, log: ["a", "a"] });
  const removed = await client.send(new DeleteCommand({ TableName, Key: key, ReturnValues: "ALL_OLD" }));
  expect(removed.Attributes).toMatchObject({ head: 2 });
});
