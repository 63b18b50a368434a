import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type DynamoDb, dynamoDb } from "../aws/dynamodb/dynamodb.ts";
import { nodePool } from "../aws/http/node-pool.ts";
import { standardRetries } from "../aws/json/retries.ts";
import { httpTransport, type Transport } from "../aws/json/transport.ts";
import { cryptoIds, systemClock } from "../aws/machine.ts";
import { tableDefinition } from "../table/definition.ts";

/** A DynamoDB engine in memory, for one test file. */
export interface Engine {
  readonly url: string;
  readonly client: DynamoDBClient;
  /** The SDK's document client, to look at rows with and to compare with. */
  readonly documents: DynamoDBDocumentClient;
  /** Calls as they go over the wire, once each. */
  readonly transport: Transport;
  /** What stores stand on. */
  readonly dynamodb: DynamoDb;
  /** Creates a table of our definition under a fresh name. */
  createTable(): Promise<string>;
  stop(): Promise<void>;
}

const READY_TRIES = 200;
const READY_PAUSE_MS = 25;

/** Starts `dynoxide` on a free port of the loopback; throws when it does not answer within five seconds. */
export async function startEngine(): Promise<Engine> {
  const home = dirname(createRequire(import.meta.url).resolve("@dynoxide/linux-x64/package.json"));
  const port = await freePort();
  const child = spawn(join(home, "dynoxide"), ["serve", "--host", "127.0.0.1", "--port", String(port)], {
    stdio: "ignore",
  });
  // The engine outlives a killed parent unless it is told.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  await answering(child, port);
  const url = `http://127.0.0.1:${port}`;
  const keys = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: url, region: "us-east-1", credentials: keys });
  const pool = nodePool({ origin: url, connections: 50, timeoutMs: 30_000 });
  const transport = httpTransport({
    endpoint: url,
    region: "us-east-1",
    service: "dynamodb",
    version: "1.0",
    credentials: async () => keys,
    clock: systemClock,
    pool,
  });
  const retries = standardRetries({ attempts: 4, baseMs: 25, clock: systemClock, random: () => 1 });
  let tables = 0;
  return {
    url,
    client,
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    transport,
    dynamodb: dynamoDb({ transport, retries, token: cryptoIds.random }),
    async createTable() {
      const name = `callboard-${++tables}`;
      await client.send(new CreateTableCommand({ TableName: name, ...tableDefinition }));
      return name;
    },
    async stop() {
      process.off("exit", kill);
      client.destroy();
      await pool.close();
      const gone = once(child, "exit");
      if (child.kill("SIGKILL")) await gone;
    },
  };
}

async function answering(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < READY_TRIES; tries++) {
    if (child.exitCode !== null) throw new Error(`the engine ended with code ${child.exitCode}`);
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((later) => setTimeout(later, READY_PAUSE_MS));
  }
  child.kill("SIGKILL");
  throw new Error("the engine does not answer");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
