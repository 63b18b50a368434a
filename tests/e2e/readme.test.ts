import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Callboard, Subject } from "@callboard/client";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

/** The README's examples as they stand there, but for the ports. */
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

/** Starts a state machine made of the README's states, and those that they lead to. */
async function startExample(id: string, change = (definition: string) => definition): Promise<string> {
  const { states } = await run("states", blocks("js")[0]!);
  const definition = JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "Report",
    States: { ...(states as object), Decide: { Type: "Succeed" }, Unpublished: { Type: "Pass", End: true } },
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
  const example = blocks("ts")[0]!;
  await run("follow", example);
  await startExample("v_1");
  await eventually(() =>
    told.mock.calls.some(([key]) => String(key).startsWith("step/") && String(key).endsWith("/review")),
  );
});

it("knows a channel's values and one's own data as the client's README says", async () => {
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

it("answers a question as the second example says, asked by the states of the third", async () => {
  const told = vi.spyOn(console, "log").mockImplementation(() => {});
  const { approveAll } = (await run("answer", blocks("ts")[1]!)) as {
    approveAll(url: string, token: () => Promise<string>, subject: Subject): void;
  };
  approveAll(stage.callboard.addresses.socket, () => stage.token("ana", "creator"), "video/v_2");
  expect(await outputOf(await startExample("v_2"))).toMatchObject({
    id: "v_2",
    answer: { verb: "approve", by: { id: "ana" } },
  });
  await eventually(() => told.mock.calls.some(([receipt]) => receipt?.status === "accepted"));
});

it("goes on without Callboard where the third example says", async () => {
  const execution = await startExample("v_3", (definition) =>
    // Each would try again for half a minute before.
    definition.replaceAll("putEvents", "putNothing").replaceAll('"MaxAttempts":3', '"MaxAttempts":0'),
  );
  expect(await outputOf(execution)).toEqual({ id: "v_3" });
});

/** What an execution ended with; it must succeed. */
async function outputOf(executionArn: string): Promise<unknown> {
  const { status, output } = await eventually(
    () => stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== "RUNNING",
  );
  expect(status).toBe("SUCCEEDED");
  return JSON.parse(output!);
}
