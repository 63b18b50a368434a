import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { credentials, region } from "@callboard/dev";
import { now } from "../children/now.ts";
import { quantity, short } from "../figure.ts";
import { eachOf } from "../posting/each-of.ts";
import type { Context, Figures } from "../row.ts";

export const name = "start";

const table = "bench-rows";
const BATCH = 25;
const AT_ONCE = 8;

/** How long a start takes on a folder with much data: executions that have ended, and rows of a table. */
export async function run(context: Context): Promise<Figures> {
  const data = await mkdtemp(join(tmpdir(), "callboard-bench-"));
  try {
    return await measure(context, data);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function measure({ runs, quick, say, serve }: Context, data: string): Promise<Figures> {
  const [executions, rows] = quick ? [50, 500] : [10_000, 100_000];
  const empty: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const begun = now();
    const service = await serve("here");
    // The first start of a checkout builds.
    if (run > 0) empty.push(now() - begun);
    await service.end();
  }
  const filled = await serve("here", data);
  await fillTable(filled.aws, rows);
  await runExecutions(filled.aws, executions);
  await filled.stop();
  const full: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const begun = now();
    const service = await serve("here", data);
    full.push(now() - begun);
    await service.stop();
    say(`run ${run}, in ms: empty ${short(empty[run - 1]!)}, full ${short(full.at(-1)!)}`);
  }
  const held = `${executions.toLocaleString("en")} ended executions and ${rows.toLocaleString("en")} rows`;
  const what = "`npm start`, from its first instruction until it has said where it is";
  return {
    figures: [
      quantity({ name: "start.empty_ms", what: `${what}, on an empty folder`, unit: "ms" }, empty),
      quantity(
        { name: "start.full_ms", what: `the same on one with ${held}`, unit: "ms", goal: { atMost: 2000 } },
        full,
      ),
    ],
  };
}

async function fillTable(endpoint: string, count: number): Promise<void> {
  const client = new DynamoDBClient({ region, credentials, endpoint });
  const named = (AttributeName: string) => ({ AttributeName, AttributeType: "S" }) as const;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [named("pk"), named("sk")],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
  const text = { S: "x".repeat(400) };
  const row = (n: number) => ({ pk: { S: `row-${n % 1000}` }, sk: { S: String(n) }, text });
  const batches = Array.from({ length: count / BATCH }, (_, at) => at * BATCH);
  await eachOf(batches, AT_ONCE, async (first) => {
    const PutRequests = Array.from({ length: BATCH }, (_, n) => ({ PutRequest: { Item: row(first + n) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: PutRequests } }));
  });
  client.destroy();
}

async function runExecutions(endpoint: string, count: number): Promise<void> {
  const client = new SFNClient({ region, credentials, endpoint });
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: "bench-pass",
      roleArn: "arn:aws:iam::000000000000:role/bench",
      definition: JSON.stringify({ StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } }),
    }),
  );
  await eachOf(
    Array.from({ length: count }, (_, n) => n),
    AT_ONCE,
    async (n) => void (await client.send(new StartExecutionCommand({ stateMachineArn, name: `run-${n}` }))),
  );
  client.destroy();
}
