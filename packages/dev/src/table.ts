import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
} from "@aws-sdk/lib-dynamodb";
import type { layoutRow, tableDefinition } from "@callboard/functions";

export const tableName = "callboard";

/** What `CreateTable` takes, as a table that is written once and never changed. */
type Definition = typeof tableDefinition;

/**
 * Creates the table unless it is there, with the row that says its layout. `other_layout`: it was made by a version of
 * Callboard that lays out its rows in another way; nothing in it is changed.
 */
export async function createTable(
  client: DynamoDBClient,
  definition: Definition,
  row: typeof layoutRow,
  ttl: string,
): Promise<"ready" | "other_layout"> {
  try {
    await client.send(
      new CreateTableCommand({ ...definition, TableName: tableName } as CreateTableCommandInput),
    );
    const TimeToLiveSpecification = { AttributeName: ttl, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification }));
  } catch (cause) {
    if (!(cause instanceof ResourceInUseException)) throw cause;
  }
  const documents = DynamoDBDocumentClient.from(client);
  const { pk, sk } = row;
  const key = { TableName: tableName, Key: { pk, sk }, ConsistentRead: true };
  const said = await documents.send(new GetCommand(key));
  if (said.Item) return said.Item.layout === row.layout ? "ready" : "other_layout";
  // Made by a process that ended before it said so, or by a version that never did.
  const { Items = [] } = await documents.send(
    new ScanCommand({ TableName: tableName, Limit: 1, ConsistentRead: true }),
  );
  if (Items.length > 0) return "other_layout";
  await documents.send(new PutCommand({ TableName: tableName, Item: row }));
  return "ready";
}

/** Rows deleted by one sweep; the next one goes on. */
const mostPerSweep = 1000;

/** Deletes rows that are past their time to live, as DynamoDB does by itself. Returns how many. */
export async function sweepExpired(client: DynamoDBClient, ttl: string, now: number): Promise<number> {
  const documents = DynamoDBDocumentClient.from(client);
  const seconds = Math.floor(now / 1000);
  let deleted = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({
        TableName: tableName,
        FilterExpression: "#ttl < :now",
        ProjectionExpression: "pk, sk",
        ExpressionAttributeNames: { "#ttl": ttl },
        ExpressionAttributeValues: { ":now": seconds },
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    for (const row of page.Items ?? []) {
      // Only if it has not been written anew since.
      await documents
        .send(
          new DeleteCommand({
            TableName: tableName,
            Key: { pk: row.pk, sk: row.sk },
            ConditionExpression: "#ttl < :now",
            ExpressionAttributeNames: { "#ttl": ttl },
            ExpressionAttributeValues: { ":now": seconds },
          }),
        )
        .catch((cause: Error) => {
          if (cause.name !== "ConditionalCheckFailedException") throw cause;
        });
      deleted++;
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && deleted < mostPerSweep);
  return deleted;
}
