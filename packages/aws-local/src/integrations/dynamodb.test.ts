import { expect, it } from "vitest";
import { bareEngine, plainTable } from "../testing/test-engine.ts";
import { dynamodbTasks } from "./dynamodb.ts";
import { callTask } from "./testing/call.ts";

async function stage() {
  const { dynamodb, ask } = bareEngine();
  await ask("CreateTable", plainTable);
  const tasks = dynamodbTasks(dynamodb.operations);
  return (resource: string, input: object) => callTask(tasks, resource, input);
}

const TableName = "plain";
const Key = { id: { N: "1" } };

it("writes and reads items by both kinds of resources", async () => {
  const run = await stage();
  expect(await run("dynamodb:putItem", { TableName, Item: { ...Key, state: { S: "new" } } })).toEqual({});
  await run("aws-sdk:dynamodb:updateItem", {
    TableName,
    Key,
    UpdateExpression: "SET #s = :s",
    ExpressionAttributeNames: { "#s": "state" },
    ExpressionAttributeValues: { ":s": { S: "done" } },
  });
  expect(await run("dynamodb:getItem", { TableName, Key })).toEqual({
    Item: { ...Key, state: { S: "done" } },
  });
  expect(await run("aws-sdk:dynamodb:scan", { TableName })).toMatchObject({ Count: 1 });
  expect(await run("dynamodb:deleteItem", { TableName, Key })).toEqual({});
});

it.each([
  ["dynamodb:putItem", "DynamoDB.ConditionalCheckFailedException", "DynamoDB.AmazonDynamoDBException"],
  ["aws-sdk:dynamodb:putItem", "DynamoDb.ConditionalCheckFailedException", "DynamoDb.DynamoDbException"],
])("names the errors of %s as Step Functions does", async (resource, lost, invalid) => {
  const run = await stage();
  const put = { TableName, Item: Key, ConditionExpression: "attribute_exists(id)" };
  await expect(run(resource, put)).rejects.toMatchObject({ error: lost });
  await expect(run(resource, { TableName, Item: {} })).rejects.toMatchObject({
    error: invalid,
    detail: expect.stringContaining("Missing the key id in the item"),
  });
});

it("accepts a boolean that a definition has as text", async () => {
  const run = await stage();
  await run("dynamodb:putItem", {
    TableName,
    Item: { ...Key, live: { BOOL: "true" }, old: { L: [{ NULL: "true" }] } },
  });
  expect(await run("dynamodb:getItem", { TableName, Key })).toEqual({
    Item: { ...Key, live: { BOOL: true }, old: { L: [{ NULL: true }] } },
  });
  await expect(
    run("dynamodb:putItem", { TableName, Item: { ...Key, live: { BOOL: "yes" } } }),
  ).rejects.toThrow();
});
