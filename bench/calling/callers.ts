import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { credentials, region } from "@callboard/dev";
import { batchGetItem, dynamoDbOf, putItem, undiciWire } from "@callboard/functions";

export const tableName = "callboard";

/** A row as large as a small head: two lists, a map and some numbers. */
const row = {
  pk: "SUBJ#video/v_1",
  sk: "HEAD",
  rev: 17,
  by: "0123456789abcdefghjkmnpqrstvwxyz",
  owners: ["user/ana", "role/editors"],
  entries: Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [`step/${n}`, [n, 1_767_225_600_000 + n, "a step of a workflow"]]),
  ),
};
const key = { pk: row.pk, sk: row.sk };

/** The same row, as the service returns it. */
export const storedRow = {
  pk: { S: row.pk },
  sk: { S: row.sk },
  rev: { N: "17" },
  by: { S: row.by },
  owners: { L: row.owners.map((owner) => ({ S: owner })) },
  entries: {
    M: Object.fromEntries(
      Object.entries(row.entries).map(([name, [n, at, text]]) => [
        name,
        { L: [{ N: String(n) }, { N: String(at) }, { S: text }] },
      ]),
    ),
  },
};

export interface Caller {
  read(): Promise<void>;
  write(): Promise<void>;
}

export type Calling = keyof typeof callers;

const reading = { RequestItems: { [tableName]: { Keys: [key], ConsistentRead: true } } };
const writing = {
  TableName: tableName,
  Item: row,
  ConditionExpression: "rev = :rev",
  ExpressionAttributeValues: { ":rev": row.rev },
};

/** Throws unless the row was returned: a row that is not read must not be compared. */
function check(rows: readonly Record<string, unknown>[] | undefined): void {
  if (rows?.[0]?.rev !== row.rev) throw new Error("the row did not come");
}

function lean(endpoint: string, wire: typeof undiciWire): Caller {
  const variables = {
    AWS_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const dynamodb = dynamoDbOf(variables, wire);
  return {
    read: async () => check((await batchGetItem(dynamodb, reading)).Responses[tableName]),
    async write() {
      await putItem(dynamodb, writing);
    },
  };
}

/** Ways to call DynamoDB, by the address of its endpoint. */
export const callers = {
  /** The client of those functions of Callboard that do not post. */
  lean: (endpoint: string): Caller => lean(endpoint, {}),

  /** The client of those that post. */
  undici: (endpoint: string): Caller => lean(endpoint, undiciWire),

  /** The SDK's document client, which nearly everybody uses. */
  sdk(endpoint: string): Caller {
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
    return {
      read: async () => check((await documents.send(new BatchGetCommand(reading))).Responses?.[tableName]),
      async write() {
        await documents.send(new PutCommand(writing));
      },
    };
  },
} satisfies Record<string, (endpoint: string) => Caller>;
