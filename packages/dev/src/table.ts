import type { JsonCall } from "@callboard/aws-local";
import type { dynamoDbOf, layoutRow, tableDefinition } from "@callboard/functions";
import { rowPrefix } from "@callboard/functions/deployment";

export const tableName = "callboard";

type DynamoDb = ReturnType<typeof dynamoDbOf>;

/** What `CreateTable` takes, as a table that is written once and never changed. */
type Definition = typeof tableDefinition;

/**
 * Creates the table unless it is there, with the row that says its layout, and lets its rows expire. `other_layout`: it
 * was made by a version of Callboard that lays out its rows in another way; nothing in it is changed.
 */
export async function createTable(
  dynamodb: DynamoDb,
  definition: Definition,
  row: typeof layoutRow,
  ttl: string,
): Promise<"ready" | "other_layout"> {
  const table = { TableName: tableName };
  await dynamodb
    .call("DynamoDB_20120810.CreateTable", { ...definition, ...table })
    .catch(unless("ResourceInUseException"));
  if (!(await hasLayout(dynamodb, row))) return "other_layout";
  // Made by a process that ended before it got here.
  const { TimeToLiveDescription: expiry } = (await dynamodb.call(
    "DynamoDB_20120810.DescribeTimeToLive",
    table,
  )) as { TimeToLiveDescription?: { TimeToLiveStatus?: string } };
  if (expiry?.TimeToLiveStatus !== "ENABLED" && expiry?.TimeToLiveStatus !== "ENABLING")
    await dynamodb.call("DynamoDB_20120810.UpdateTimeToLive", {
      ...table,
      TimeToLiveSpecification: { AttributeName: ttl, Enabled: true },
    });
  return "ready";
}

/** Whether the table says that it has the layout; an empty one does from now on. */
async function hasLayout(dynamodb: DynamoDb, { pk, sk, layout }: typeof layoutRow): Promise<boolean> {
  const table = { TableName: tableName };
  const key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = (await dynamodb.call("DynamoDB_20120810.GetItem", {
    ...table,
    Key: key,
    ConsistentRead: true,
  })) as { Item?: { layout?: { N?: string } } };
  if (Item) return Item.layout?.N === String(layout);
  // Made by a process that ended before it said so, or by a version that never did.
  const { Count } = await dynamodb.call("DynamoDB_20120810.Scan", {
    ...table,
    Limit: 1,
    Select: "COUNT",
    ConsistentRead: true,
  });
  if (Count !== 0) return false;
  await dynamodb.call("DynamoDB_20120810.PutItem", {
    ...table,
    Item: { ...key, layout: { N: String(layout) } },
  });
  return true;
}

/** Removes what the table knows of executions that Step Functions has forgotten; what is not removed expires. */
export async function forgetExecutions(dynamodb: JsonCall, executions: readonly string[]): Promise<void> {
  const remove = (execution: string) => {
    const Key = { pk: { S: `${rowPrefix.execution}${execution}` }, sk: { S: "META" } };
    return dynamodb("DynamoDB_20120810.DeleteItem", JSON.stringify({ TableName: tableName, Key }));
  };
  await Promise.all(executions.map(remove));
}

const unless = (name: string) => (error: Error) => {
  if (error.name !== name) throw error;
};
