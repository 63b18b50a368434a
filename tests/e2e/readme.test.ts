import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { expand } from "@callboard/asl";
import { type Callboard, connect } from "@callboard/client";
import { questionsIn } from "@callboard/client/headless";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { awsCommandsOf, runAwsCommand } from "./aws-command.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

/** The README's examples, unchanged except for the ports. */
const folder = new URL("./screenshots/readme/", import.meta.url);
const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map((match) => match[1]!);

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await mkdir(folder, { recursive: true });
  // The examples are written for browsers, and for Node 22 and later.
  vi.stubGlobal("WebSocket", WebSocket);
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllGlobals();
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(name: string, example: string): Promise<Record<string, unknown>> {
  const { pages, socket } = stage.callboard.addresses;
  const text = example.replace("http://127.0.0.1:3000", pages).replace("ws://127.0.0.1:3001/", socket);
  const file = new URL(`${name}.ts`, folder);
  await writeFile(file, text);
  return import(file.href);
}

/** Starts a state machine of the README's states, and of those to which they lead. */
async function startExample(id: string, change = (definition: string) => definition): Promise<string> {
  const { states } = await run("states", blocks("js")[1]!);
  const definition = JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "Report",
    States: { ...(states as object), Decide: { Type: "Succeed" }, Unsent: { Type: "Pass", End: true } },
  });
  const roleArn = "arn:aws:iam::000000000000:role/readme";
  const { stateMachineArn } = await stage.aws.sfn.send(
    new CreateStateMachineCommand({ name: `readme-${id}`, definition: change(definition), roleArn }),
  );
  const input = JSON.stringify({ id });
  const { executionArn } = await stage.aws.sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  return executionArn!;
}

it("follows progress as the first example says", async () => {
  const told = vi.spyOn(console, "log").mockImplementation(() => {});
  const printed = (...start: string[]) =>
    eventually(() =>
      told.mock.calls.some((call) => start.every((one, n) => String(call[n]).startsWith(one))),
    );
  await run("follow", blocks("js")[0]!);
  await printed("connected");
  await startExample("7");
  await printed("step/");
  // As the sample does, once it is played.
  const report = { step: "execution", state: "running", at: Date.now(), owners: ["user/ana"] };
  await stage.aws.put("Progress Reported", [{ ...report, subject: "video/v_1" }]);
  await printed("subject/video/v_1");
});

it("has types for a channel's values and the user's own data as the client's README says", async () => {
  const told = vi.spyOn(console, "log").mockImplementation(() => {});
  const text = await readFile(new URL("../../packages/client/README.md", import.meta.url), "utf8");
  const { watchOrder } = (await run("types", /```ts\n(import .*?)```/s.exec(text)![1]!)) as {
    watchOrder(url: string, token: () => Promise<string>, id: string): Callboard;
  };
  const callboard = watchOrder(
    stage.callboard.addresses.socket,
    () => stage.token("ana", "creator"),
    "o_types",
  );
  const [at, owners] = [Date.UTC(2026, 0, 1), ["user/ana"]];
  const report = { subject: "order/o_types", step: "pack", state: "started", at, owners, title: "Seven" };
  await stage.aws.put("Progress Reported", [{ ...report, data: { courier: "Bo" } }]);
  await eventually(() => told.mock.calls.some(([state, courier]) => state === "started" && courier === "Bo"));
  await eventually(() => told.mock.calls.some(([title]) => title === "Seven"));
  callboard.close();
});

it("asks as the states of the third example say, and passes the answer on", async () => {
  const execution = await startExample("8");
  const callboard = connect({
    url: stage.callboard.addresses.socket,
    token: () => stage.token("ana", "creator"),
  });
  await until(callboard.channel("work:order/8"), ({ items }) => questionsIn(items).length === 1);
  const [question] = questionsIn(callboard.channel("work:order/8").items);
  const { requestId, round } = question!;
  expect(await callboard.reply({ requestId, round, verb: "approve" })).toMatchObject({ status: "accepted" });
  expect(await outputOf(execution)).toMatchObject({
    id: "8",
    answer: { verb: "approve", by: { id: "ana" } },
  });
  callboard.close();
});

it("lists state machines as the settings say, and starts one as the guide says", async () => {
  const { aws } = stage.callboard.addresses;
  const [list] = awsCommandsOf(blocks("sh").at(-1)!);
  expect(await runAwsCommand(aws, list!)).toMatchObject({
    stateMachines: expect.arrayContaining([expect.objectContaining({ name: "post-processing" })]),
  });
  const guide = await readFile(new URL("../../docs/use-with-your-workflow.md", import.meta.url), "utf8");
  const shown = [...guide.matchAll(/```(\w+)\n(.*?)```/gs)];
  const textOf = (language: string, part: string) =>
    shown.find(([, name, text]) => name === language && text!.includes(part))![2]!;
  const definition = JSON.stringify(expand(JSON.parse(textOf("json", '"Callboard:Ask"'))));
  const commands = awsCommandsOf(textOf("sh", "aws stepfunctions create-state-machine"));
  const told: unknown[] = [];
  for (const command of commands)
    told.push(await runAwsCommand(aws, command, { "newsroom.asl.json": definition }));
  expect(told).toHaveLength(2);
  const callboard = stage.person("ana", "creator");
  await until(callboard.channel("work:article/a_1"), ({ items }) => questionsIn(items).length === 1);
});

it("continues without Callboard at the state that the third example names", async () => {
  const execution = await startExample("9", (definition) =>
    // Each would be retried for half a minute before.
    definition
      // A source that is AWS's own is refused.
      .replaceAll('"Source":"my.workflow"', '"Source":"aws.workflow"')
      .replaceAll('"MaxAttempts":3', '"MaxAttempts":0'),
  );
  expect(await outputOf(execution)).toEqual({ id: "9" });
});

/** The output of an execution, which must succeed. */
async function outputOf(executionArn: string): Promise<unknown> {
  const { status, output } = await eventually(
    () => stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== "RUNNING",
  );
  expect(status).toBe("SUCCEEDED");
  return JSON.parse(output!);
}
