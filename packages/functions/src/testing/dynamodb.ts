import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  createDynamodb,
  createEndpoint,
  systemClock as machineClock,
  memoryStore,
} from "@callboard/aws-local";
import { type DynamoDb, dynamoDb } from "../aws/dynamodb/dynamodb.ts";
import { type Attributes, toValues, type Values } from "../aws/dynamodb/values.ts";
import { standardRetries } from "../aws/json/retries.ts";
import type { Transport } from "../aws/json/transport.ts";
import { cryptoIds, systemClock } from "../aws/machine.ts";
import { tableDefinition } from "../table/create-table.ts";

/** A DynamoDB engine in memory, for one test file. */
export interface Engine {
  readonly url: string;
  readonly client: DynamoDBClient;
  /** The SDK's document client, to inspect rows and to compare results. */
  readonly documents: DynamoDBDocumentClient;
  /** Calls without HTTP, once each. */
  readonly transport: Transport;
  /** What stores need. */
  readonly dynamodb: DynamoDb;
  /** All rows of a table, as they are now. */
  rows(table: string): Promise<Values[]>;
  /** Creates a table with our definition and a new name. */
  createTable(): Promise<string>;
  stop(): Promise<void>;
}

/** Opens an engine with an endpoint on a free loopback port. */
export async function startEngine(): Promise<Engine> {
  const store = memoryStore();
  const service = createDynamodb({ store, clock: machineClock });
  const endpoint = await createEndpoint({ port: 0, services: [service] });
  const { url } = endpoint;
  const keys = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: url, region: "us-east-1", credentials: keys });
  const transport: Transport = service.call;
  const retries = standardRetries({ attempts: 4, baseMs: 25, clock: systemClock, random: () => 1 });
  const dynamodb = dynamoDb({ transport, retries, token: cryptoIds.random });
  let tables = 0;
  return {
    url,
    client,
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    transport,
    dynamodb,
    async rows(TableName) {
      const { Items = [] } = (await dynamodb.call("DynamoDB_20120810.Scan", {
        TableName,
        ConsistentRead: true,
      })) as { Items?: Attributes[] };
      return Items.map(toValues);
    },
    async createTable() {
      const name = `callboard-${++tables}`;
      await client.send(new CreateTableCommand({ TableName: name, ...tableDefinition }));
      return name;
    },
    async stop() {
      client.destroy();
      await endpoint.close();
      await store.close();
    },
  };
}
