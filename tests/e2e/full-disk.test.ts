import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, type DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Channel } from "@callboard/client";
import { itemsOf } from "@callboard/core/testing/heads.ts";
import { credentials, region } from "@callboard/dev";
import { afterAll, beforeAll, expect, it, type TestContext } from "vitest";
import { createAskingMachine, startOn } from "./asking.ts";
import { awsAt } from "./aws.ts";
import { devToken } from "./dev-token.ts";
import { type Machine, openMachine, type Running } from "./machine.ts";
import { eventually } from "./people.ts";
import { isRunning } from "./processes.ts";
import { bearing, openRaw, type RawSocket } from "./raw-socket.ts";

const table = "kept";
const inbox: Channel = "inbox:user/ana";

let machine: Machine;
/** Undefined if no file system may be mounted. */
let scene: Awaited<ReturnType<typeof openScene>> | undefined;
beforeAll(async () => {
  machine = await openMachine();
  if (mountSmallDisk(machine.data)) scene = await openScene(machine);
}, 90_000);
afterAll(async () => {
  if (scene) {
    scene.running().signal("SIGKILL");
    await scene.running().ended;
    execFileSync("umount", [machine.data]);
  }
  await machine.close();
});

function mountSmallDisk(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** `npm start` on a disk of 4 MB, called by clients without retries. */
async function openScene({ data, ports, start }: Machine) {
  const lives: Running[] = [];
  const begin = async () => {
    lives.push(start());
    await lives.at(-1)!.up;
  };
  await begin();
  const endpoint = `http://127.0.0.1:${ports.aws}`;
  const client = { region, credentials, endpoint, maxAttempts: 1 };
  const aws = { ...awsAt(endpoint), sfn: new SFNClient(client) };
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const bus = new EventBridgeClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await documents.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  const asking = await createAskingMachine(aws, "asking");
  const questions = [
    await startOn(aws, asking, "video/v_asked1"),
    await startOn(aws, asking, "video/v_asked2"),
  ];
  const requests = await eventually(
    async () =>
      (await itemsOf(aws.stores, inbox)).flatMap(({ key, value }) =>
        value !== null && key.startsWith("request/") ? [key.slice("request/".length)] : [],
      ),
    (found) => found.length === questions.length,
  );
  const connect = async (): Promise<RawSocket> => {
    const token = await devToken(`http://127.0.0.1:${ports.pages}`, "ana", "creator");
    const opening = await openRaw(`ws://127.0.0.1:${ports.socket}/`, bearing(token));
    if (opening.kind === "refused") throw new Error(`refused with ${opening.status}`);
    return opening.socket;
  };
  return {
    aws,
    questions,
    requests,
    connect,
    running: () => lives.at(-1)!,
    begin,
    /** Output of the first process of `npm start`. */
    output: () => lives[0]!.output(),
    filler: join(data, "filler"),
    putItem: (id: string, text = "") =>
      documents.send(new PutCommand({ TableName: table, Item: { id, text } })),
    getItem: async (id: string) =>
      (await documents.send(new GetCommand({ TableName: table, Key: { id } }))).Item,
    async getItems(ids: readonly string[]): Promise<unknown[]> {
      const found: unknown[] = [];
      for (let from = 0; from < ids.length; from += 50) {
        const Keys = ids.slice(from, from + 50).map((id) => ({ id }));
        const { Responses } = await documents.send(
          new BatchGetCommand({ RequestItems: { [table]: { Keys, ProjectionExpression: "id" } } }),
        );
        found.push(...Responses![table]!.map((item) => item.id));
      }
      return found;
    },
    putEvent: (step: string) =>
      bus.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: "callboard",
              Source: "e2e",
              DetailType: "Progress Reported",
              Detail: JSON.stringify({ subject: "video/v_told", step, state: "running", at: Date.now() }),
            },
          ],
        }),
      ),
    steps: async () => (await itemsOf(aws.stores, "watch:video/v_told")).map(({ key }) => key),
    start: (name: string, stateMachineArn = asking) =>
      aws.sfn.send(
        new StartExecutionCommand({
          stateMachineArn,
          name,
          input: JSON.stringify({ subject: "video/v_asked3" }),
        }),
      ),
    status: async (executionArn: string) =>
      (await aws.sfn.send(new DescribeExecutionCommand({ executionArn }))).status,
    putObject: (Key: string, text: string) =>
      s3.send(new PutObjectCommand({ Bucket: "callboard", Key, Body: Buffer.from(text) })),
    getObject: async (Key: string) =>
      (await s3.send(new GetObjectCommand({ Bucket: "callboard", Key }))).Body!.transformToString(),
  };
}

/** The scene, unless there is none here. */
function here({ skip }: TestContext) {
  return scene ?? skip("mounting a file system is refused here");
}

/** Fills all space. */
function fill(path: string): void {
  const file = openSync(path, "w");
  for (let bytes = 65_536; bytes >= 4_096; )
    try {
      writeSync(file, Buffer.alloc(bytes));
    } catch {
      bytes /= 2;
    }
  closeSync(file);
}

const errorOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "done",
    ({ name, $metadata }: DynamoDBServiceException) => `${$metadata?.httpStatusCode} ${name}`,
  );

const kept: string[] = [];
let socket: RawSocket;
let waiting: string;
let linesBefore: number;
const reply = (id: string, requestId: string) =>
  socket.ask({ type: "reply", id, replyId: `rep_${requestId}`, requestId, round: 1, verb: "reject" });

it("answers requests that it cannot store with errors that SDKs retry", {
  timeout: 60_000,
}, async (context) => {
  const { aws, connect, filler, questions, requests, ...ask } = here(context);
  await ask.putEvent("before");
  await eventually(ask.steps, (steps) => steps.includes("step/-/before"));
  await ask.putObject("before", "whole");
  socket = await connect();
  const Wait = { Type: "Wait", Seconds: 2, Next: "Done" };
  const { stateMachineArn } = await aws.sfn.send(
    new CreateStateMachineCommand({
      name: "waiting",
      definition: JSON.stringify({ StartAt: "Wait", States: { Wait, Done: { Type: "Succeed" } } }),
      roleArn: "arn:aws:iam::000000000000:role/waiting",
    }),
  );
  waiting = (await ask.start("waits", stateMachineArn)).executionArn!;
  linesBefore = ask.output().split("\n").length;

  fill(filler);
  // The store's own reserve is used up as well.
  for (const size of [20_000, 1_000, 1])
    for (let refused = 0, n = 0; refused < 3; n++) {
      const id = `${size}-${n}`;
      const answer = await errorOf(ask.putItem(id, "x".repeat(size)));
      if (answer === "done") kept.push(id);
      else refused++;
    }

  expect({
    PutItem: await errorOf(ask.putItem("during")),
    StartExecution: await errorOf(ask.start("during")),
    PutObject: await errorOf(ask.putObject("during", "x".repeat(50_000))),
    "PutObject of nothing": await errorOf(ask.putObject("during", "")),
    PutEvents: (await ask.putEvent("during")).Entries,
    reply: await reply("full", requests[0]!),
    connect: await connect().catch(({ message }: Error) => message),
  }).toEqual({
    PutItem: "500 InternalServerError",
    StartExecution: "503 ServiceUnavailable",
    PutObject: "500 InternalError",
    "PutObject of nothing": "500 InternalError",
    PutEvents: [{ ErrorCode: "InternalFailure", ErrorMessage: expect.any(String) }],
    reply: expect.objectContaining({ type: "error", code: "internal", re: "full" }),
    connect: "refused with 500",
  });
});

it("still answers reads, and reports the problem in few lines", { timeout: 60_000 }, async (context) => {
  const { questions, running, requests, output, ...ask } = here(context);
  expect(await ask.getItem("during")).toBeUndefined();
  expect(await ask.getObject("before")).toBe("whole");
  expect(await ask.status(questions[0]!)).toBe("RUNNING");
  for (let n = 0; n < 40; n++) {
    expect(await errorOf(ask.putItem("during"))).toBe("500 InternalServerError");
    expect(await errorOf(ask.putObject("during", "x".repeat(50_000)))).toBe("500 InternalError");
    expect((await ask.putEvent("during")).FailedEntryCount).toBe(1);
    expect(await reply(`full${n}`, requests[0]!)).toMatchObject({ code: "internal" });
  }
  const lines = output()
    .split("\n")
    .slice(linesBefore - 1);
  expect(lines.filter((line) => line.startsWith("the store cannot write: "))).toHaveLength(1);
  expect(lines.length).toBeLessThan(30);
  expect(await isRunning(running().pid)).toBe(true);
});

it("continues by itself once there is space, with everything that it had accepted", {
  timeout: 60_000,
}, async (context) => {
  const { questions, requests, filler, ...ask } = here(context);
  rmSync(filler);
  await eventually(
    () => ask.status(waiting),
    (status) => status === "SUCCEEDED",
  );
  expect(await reply("space", requests[0]!)).toMatchObject({ type: "receipt", status: "accepted" });
  await eventually(
    async () =>
      (await Promise.all(questions.map(ask.status))).filter((status) => status === "SUCCEEDED").length,
    (ended) => ended === 1,
  );
  await ask.putItem("after");
  await ask.putObject("after", "whole");
  await ask.start("during");
  expect((await ask.putEvent("after")).FailedEntryCount).toBe(0);
  await eventually(ask.steps, (steps) => steps.includes("step/-/after"));
  expect(await ask.steps()).toEqual(expect.arrayContaining(["step/-/before", "step/-/after"]));
  expect(await ask.steps()).not.toContain("step/-/during");
  expect((await ask.getItems(kept)).sort()).toEqual([...kept].sort());
});

it("starts again on that folder, with all data", { timeout: 60_000 }, async (context) => {
  const { questions, requests, running, begin, connect, ...ask } = here(context);
  running().signal("SIGTERM");
  expect(await running().ended).toEqual({ code: 0, signal: null });
  await begin();
  expect((await ask.getItems([...kept, "after"])).sort()).toEqual([...kept, "after"].sort());
  expect([await ask.getObject("before"), await ask.getObject("after")]).toEqual(["whole", "whole"]);
  expect(await ask.steps()).toContain("step/-/after");
  socket = await connect();
  expect(await reply("later", requests[1]!)).toMatchObject({ status: "accepted" });
  for (const execution of [...questions, waiting])
    await eventually(
      () => ask.status(execution),
      (status) => status === "SUCCEEDED",
    );
});
