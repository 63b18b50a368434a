import type { JsonCall } from "@callboard/aws-local";
import type { dynamoDbOf, layoutRow, tableDefinition } from "@callboard/functions";
import { rowPrefix } from "@callboard/functions/deployment";

export const tableName = "callboard";

type DynamoDb = ReturnType<typeof dynamoDbOf>;

/** The input of `CreateTable`, as a constant. */
type Definition = typeof tableDefinition;

/**
 * Creates the table unless it exists, with the row that names its layout, and turns on the expiry of its
 * rows. `other_layout`: another version of Callboard created it with another layout; nothing in it is
 * changed.
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
  // Created by a process that ended before this step.
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

/** Whether the table has this layout; an empty one gets it. */
async function hasLayout(dynamodb: DynamoDb, { pk, sk, layout }: typeof layoutRow): Promise<boolean> {
  const table = { TableName: tableName };
  const key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = (await dynamodb.call("DynamoDB_20120810.GetItem", {
    ...table,
    Key: key,
    ConsistentRead: true,
  })) as { Item?: { layout?: { N?: string } } };
  if (Item) return Item.layout?.N === String(layout);
  // Created by a process that ended before it wrote the row, or by a version without such a row.
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

/** Removes the table's data of executions that Step Functions has forgotten; what is not removed expires. */
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
