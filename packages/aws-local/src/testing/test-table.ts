import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** A document client for a local endpoint, with arbitrary credentials. */
export function documentClient(endpoint: string): DynamoDBDocumentClient {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 }),
  );
}

/** Creates the table `test`: pk and sk, a local index on `number`, a global one on `name`. */
export async function createTestTable(client: DynamoDBDocumentClient): Promise<void> {
  const all = { ProjectionType: "ALL" } as const;
  await client.send(
    new CreateTableCommand({
      TableName: "test",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
        { AttributeName: "number", AttributeType: "N" },
        { AttributeName: "name", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: "byNumber",
          KeySchema: [
            { AttributeName: "pk", KeyType: "HASH" },
            { AttributeName: "number", KeyType: "RANGE" },
          ],
          Projection: all,
        },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byName",
          KeySchema: [
            { AttributeName: "name", KeyType: "HASH" },
            { AttributeName: "number", KeyType: "RANGE" },
          ],
          Projection: all,
        },
      ],
    }),
  );
}
