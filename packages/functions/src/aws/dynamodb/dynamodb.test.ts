import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../../testing/dynamodb.ts";
import { noRetries, recordedService } from "../../testing/recorded-service.ts";
import { ServiceError } from "../json/service.ts";
import {
  batchGetItem,
  batchWriteItem,
  ConditionalCheckFailed,
  type DynamoDb,
  deleteItem,
  dynamoDb,
  putItem,
  query,
  TransactionCanceled,
  transactWriteItems,
  updateItem,
} from "./dynamodb.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** An operation through our client and through the SDK's document client, with the same input. */
interface Both {
  ours(dynamodb: DynamoDb, table: string): Promise<object | undefined>;
  theirs(table: string): Promise<object>;
}

type Input<F> = F extends (dynamodb: DynamoDb, input: infer I) => unknown ? I : never;

// biome-ignore lint/suspicious/noExplicitAny: the SDK's commands have inputs of their own, wider types.
const both = <F extends (dynamodb: DynamoDb, input: any) => Promise<unknown>>(
  ours: F,
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  Theirs: new (input: any) => any,
  input: (table: string) => Input<F>,
): Both => ({
  ours: async (dynamodb, table) => ((await ours(dynamodb, input(table))) ?? {}) as object,
  theirs: (table) => engine.documents.send(new Theirs(input(table))),
});

/** The outcome of an operation, in a form that both clients share. */
async function outcomeOf(sent: Promise<object | undefined>): Promise<object> {
  try {
    const {
      $metadata: _,
      UnprocessedKeys,
      UnprocessedItems,
      ...output
    } = (await sent) as Record<string, unknown>;
    const { ScannedCount: __, ItemCollectionMetrics: ___, ConsumedCapacity: ____, ...told } = output;
    return { told, left: [UnprocessedKeys ?? {}, UnprocessedItems ?? {}] };
  } catch (error) {
    return failureOf(error as Error);
  }
}

function failureOf(error: Error): object {
  const { name, message } = error;
  if (error instanceof ConditionalCheckFailed) return { name, message, item: error.item };
  if (error instanceof TransactionCanceled) return { name, message, reasons: error.reasons };
  if (error instanceof ServiceError) return { name, message };
  const { Item, CancellationReasons } = error as {
    Item?: never;
    CancellationReasons?: { Code: string; Item?: Record<string, never> }[];
  };
  const item = (stored?: Record<string, never>) =>
    stored && Object.keys(stored).length > 0 ? unmarshall(stored) : undefined;
  if (name === "ConditionalCheckFailedException") return { name, message, item: item(Item) };
  if (CancellationReasons)
    return {
      name,
      message,
      reasons: CancellationReasons.map((reason) => ({ code: reason.Code, item: item(reason.Item) })),
    };
  return { name, message };
}

const pk = fc.constantFrom("a", "b");
const sk = fc.constantFrom("1", "2", "3");
const key = fc.record({ pk, sk });
const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((number) => Number(number.toPrecision(12))),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.array(fc.oneof(fc.integer(), fc.constant(undefined), fc.string()), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("x", "y"), fc.oneof(fc.integer(), fc.constant(null)), { maxKeys: 2 }),
);
const item = fc.record({ pk, sk, n: fc.integer({ min: 0, max: 3 }), v: value });
const condition = fc.option(
  fc.record(
    {
      ConditionExpression: fc.constantFrom(
        "attribute_not_exists(pk)",
        "#n = :n",
        "#n = :n OR :n < #n",
        "#n =",
        "#missing = :n",
      ),
      ReturnValuesOnConditionCheckFailure: fc.constantFrom("ALL_OLD" as const, "NONE" as const),
      n: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: ["ConditionExpression", "n"] },
  ),
);

/** A condition with the names and values that it uses, and no others. */
function when(given: { ConditionExpression: string; n: number } | null) {
  if (!given) return {};
  const { n, ...rest } = given;
  const named = rest.ConditionExpression.includes("#n");
  return {
    ...rest,
    ...(named ? { ExpressionAttributeNames: { "#n": "n" } } : {}),
    ...(rest.ConditionExpression.includes(":n") ? { ExpressionAttributeValues: { ":n": n } } : {}),
  };
}

const put = fc.record({ item, condition });
const returned = fc.constantFrom("NONE" as const, "ALL_OLD" as const);
const write = fc.oneof(
  put.map(({ item, condition }) => (TableName: string) => ({
    Put: { TableName, Item: item, ...when(condition) },
  })),
  fc.record({ key, condition }).map(({ key, condition }) => (TableName: string) => ({
    Delete: { TableName, Key: key, ...when(condition) },
  })),
  fc.record({ key, v: fc.integer() }).map(({ key, v }) => (TableName: string) => ({
    Update: {
      TableName,
      Key: key,
      UpdateExpression: "SET v = :v",
      ExpressionAttributeValues: { ":v": v },
    },
  })),
  fc.record({ key, n: fc.integer({ min: 0, max: 3 }) }).map(({ key, n }) => (TableName: string) => ({
    ConditionCheck: {
      TableName,
      Key: key,
      ConditionExpression: "attribute_not_exists(pk) OR n >= :n",
      ExpressionAttributeValues: { ":n": n },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    },
  })),
);

const operation: fc.Arbitrary<Both> = fc.oneof(
  fc
    .record({ put, ReturnValues: returned })
    .map(({ put: { item, condition }, ReturnValues }) =>
      both(putItem, PutCommand, (TableName) => ({ TableName, Item: item, ReturnValues, ...when(condition) })),
    ),
  fc
    .record({
      key,
      v: value,
      ReturnValues: fc.constantFrom("ALL_NEW" as const, "UPDATED_OLD" as const),
      add: fc.boolean(),
    })
    .map(({ key, v, ReturnValues, add }) =>
      both(updateItem, UpdateCommand, (TableName) => ({
        TableName,
        Key: key,
        UpdateExpression: `SET v = :v${add ? " ADD n :one" : " REMOVE w"}`,
        ExpressionAttributeValues: { ":v": v, ...(add ? { ":one": 1 } : {}) },
        ReturnValues,
      })),
    ),
  fc.record({ key, condition, ReturnValues: returned }).map(({ key, condition, ReturnValues }) =>
    both(deleteItem, DeleteCommand, (TableName) => ({
      TableName,
      Key: key,
      ReturnValues,
      ...when(condition),
    })),
  ),
  fc
    .record({
      pk,
      limit: fc.integer({ min: 1, max: 4 }),
      forward: fc.boolean(),
      start: fc.option(sk),
      count: fc.boolean(),
    })
    .map(({ pk, limit, forward, start, count }) =>
      both(query, QueryCommand, (TableName) => ({
        TableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
        ConsistentRead: true,
        ScanIndexForward: forward,
        Limit: limit,
        ...(count ? { Select: "COUNT" as const } : {}),
        ...(start ? { ExclusiveStartKey: { pk, sk: start } } : {}),
      })),
    ),
  fc.uniqueArray(key, { minLength: 1, maxLength: 4, selector: (key) => JSON.stringify(key) }).map((keys) =>
    both(batchGetItem, BatchGetCommand, (table) => ({
      RequestItems: { [table]: { Keys: keys, ConsistentRead: true } },
    })),
  ),
  fc.uniqueArray(item, { minLength: 1, maxLength: 4, selector: ({ pk, sk }) => pk + sk }).map((items) =>
    both(batchWriteItem, BatchWriteCommand, (table) => ({
      RequestItems: {
        [table]: items.map((item) =>
          item.n === 0
            ? { DeleteRequest: { Key: { pk: item.pk, sk: item.sk } } }
            : { PutRequest: { Item: item } },
        ),
      },
    })),
  ),
  fc.array(write, { minLength: 1, maxLength: 4 }).map((writes) =>
    both(transactWriteItems, TransactWriteCommand, (table) => ({
      TransactItems: writes.map((write) => write(table)),
    })),
  ),
);

/** Rows of a batch come in no particular order, under the name of their table. */
const comparable = (outcome: object, table: string): unknown =>
  JSON.parse(JSON.stringify(outcome).replaceAll(table, "table"), (name, value) =>
    name === "Responses" && value.table
      ? { table: [...value.table].sort((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1)) }
      : value,
  );

it("does what the SDK's document client does, with equal answers and equal errors", async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 4, maxLength: 25 }), async (operations) => {
      const [own, sdk] = [await engine.createTable(), await engine.createTable()];
      for (const { ours, theirs } of operations) {
        const [mine, other] = await Promise.all([
          outcomeOf(ours(engine.dynamodb, own)),
          outcomeOf(theirs(sdk)),
        ]);
        expect(comparable(mine, own)).toEqual(comparable(other, sdk));
        outcomes.add("name" in mine ? String(mine.name) : "told");
      }
    }),
    { numRuns: 40 },
  );
  // It is not all of one kind.
  expect([...outcomes]).toEqual(
    expect.arrayContaining([
      "told",
      "ConditionalCheckFailedException",
      "TransactionCanceledException",
      "ValidationException",
    ]),
  );
}, 60_000);

it("continues where a page ended, to the last", async () => {
  const table = await engine.createTable();
  for (const n of [1, 2, 3, 4, 5])
    await putItem(engine.dynamodb, { TableName: table, Item: { pk: "p", sk: `${n}`, n } });
  const pages: unknown[] = [];
  let start: object | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await query(engine.dynamodb, {
      TableName: table,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": "p" },
      Limit: 2,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    pages.push(Items.map(({ n }) => n));
    start = LastEvaluatedKey;
  } while (start);
  expect(pages.flat()).toEqual([1, 2, 3, 4, 5]);
  expect(pages.length).toBeGreaterThanOrEqual(3);
});

/** A client of a service with one fixed answer: one that AWS gives and the engine does not. */
function answered(body: object, error?: string) {
  const { calls, transport } = recordedService(() => (error ? { error, fields: body } : { body }));
  let tokens = 0;
  return { calls, dynamodb: dynamoDb({ transport, retries: noRetries, token: () => `t${++tokens}` }) };
}

it("makes each transaction once, with a new token or the given one", async () => {
  const { calls, dynamodb } = answered({});
  const TransactItems = [{ Delete: { TableName: "t", Key: { pk: "a" } } }];
  await transactWriteItems(dynamodb, { TransactItems });
  await transactWriteItems(dynamodb, { TransactItems });
  await transactWriteItems(dynamodb, { TransactItems, ClientRequestToken: "own" });
  expect(calls.map(({ body }) => JSON.parse(body).ClientRequestToken)).toEqual(["t1", "t2", "own"]);
});

it("treats null in an answer as missing", async () => {
  const last = answered({ Items: [], Count: 0, LastEvaluatedKey: null });
  const input = {
    TableName: "t",
    KeyConditionExpression: "pk = :p",
    ExpressionAttributeValues: { ":p": "a" },
  };
  expect(await query(last.dynamodb, input)).toEqual({ Items: [], Count: 0 });
  const nothing = answered({ Responses: null, UnprocessedKeys: null });
  const RequestItems = { t: { Keys: [{ pk: "a" }] } };
  expect(await batchGetItem(nothing.dynamodb, { RequestItems })).toEqual({
    Responses: {},
    UnprocessedKeys: {},
  });
  const reasons = [
    { Code: null, Item: null },
    { Code: "ConditionalCheckFailed", Item: { n: { N: "1" } } },
  ];
  const cancelled = answered({ CancellationReasons: reasons }, "TransactionCanceledException");
  await expect(transactWriteItems(cancelled.dynamodb, { TransactItems: [] })).rejects.toMatchObject({
    reasons: [
      { code: "None", item: undefined },
      { code: "ConditionalCheckFailed", item: { n: 1 } },
    ],
  });
});

it("returns what a busy table left of a batch, unchanged", async () => {
  const UnprocessedItems = {
    t: [
      { PutRequest: { Item: { pk: { S: "a" }, n: { N: "1" } } } },
      { DeleteRequest: { Key: { pk: { S: "b" } } } },
    ],
  };
  const { dynamodb } = answered({ UnprocessedItems });
  expect(await batchWriteItem(dynamodb, { RequestItems: { t: [] } })).toEqual({
    UnprocessedItems: {
      t: [{ PutRequest: { Item: { pk: "a", n: 1 } } }, { DeleteRequest: { Key: { pk: "b" } } }],
    },
  });
});
