import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  createEndpoint,
  createStates,
  type Endpoint,
  memoryStore,
  type States,
  systemClock,
  TaskFailure,
  tasks,
} from "@callboard/aws-local";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunParts, retryRun, stopRun } from "./runs.ts";

/** Behaves as its input's `mode` says; `work` fails for the first run of each video. */
const definition = {
  StartAt: "Choose",
  States: {
    Choose: {
      Type: "Choice",
      Choices: ["wait", "work", "fail"].map((mode) => ({
        Variable: "$.mode",
        StringEquals: mode,
        Next: mode,
      })),
      Default: "done",
    },
    wait: { Type: "Wait", Seconds: 3600, End: true },
    work: { Type: "Task", Resource: "arn:aws:states:::test:work", End: true },
    fail: { Type: "Fail", Error: "GaveUp" },
    done: { Type: "Succeed" },
  },
};

let states: States;
let endpoint: Endpoint;
let sfn: SFNClient;
let stateMachineArn: string;
let parts: RunParts;
beforeAll(async () => {
  const tried = new Set<string>();
  states = createStates({
    clock: systemClock,
    store: memoryStore(),
    integrations: tasks(["request"], {
      "test:work": async ({ arguments: given }) => {
        const { subject } = given as { subject: string };
        if (tried.has(subject)) return {};
        tried.add(subject);
        throw new TaskFailure("Lamp.Broken", "the light failed");
      },
    }),
  });
  endpoint = await createEndpoint({ port: 0, services: [states] });
  const credentials = { accessKeyId: "callboard", secretAccessKey: "callboard" };
  sfn = new SFNClient({ region: "us-east-1", credentials, endpoint: endpoint.url });
  const created = await sfn.send(
    new CreateStateMachineCommand({
      name: "videos",
      definition: JSON.stringify(definition),
      roleArn: "arn:aws:iam::000000000000:role/videos",
    }),
  );
  stateMachineArn = created.stateMachineArn!;
  parts = { sfn, stateMachineArn };
});
afterAll(async () => {
  sfn.destroy();
  await states.close();
  await endpoint.close();
});

async function start(videoId: string, mode: string): Promise<string> {
  const subject = `video/${videoId}`;
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn,
      name: videoId,
      input: JSON.stringify({ mode, subject, owners: ["user/ana"] }),
    }),
  );
  return executionArn!;
}

const statusOf = async (executionArn: string) =>
  (await states.operations.DescribeExecution({ executionArn })).status;
const becomes = (executionArn: string, status: string) =>
  expect.poll(() => statusOf(executionArn)).toBe(status);
const isOwner = (user: string) => (owners: readonly string[]) => owners.includes(`user/${user}`);
const stop = (user: string, videoId: `v_${string}`) => stopRun(parts, videoId, isOwner(user));
const retry = (user: string, videoId: `v_${string}`) => retryRun(parts, videoId, isOwner(user));
const done = (videoId: string) => ({ kind: "done", subject: `video/${videoId}` });

it("stops a run and redrives it, and treats a second press like the first", async () => {
  const arn = await start("v_wait", "wait");
  await stop("ana", "v_wait");
  expect(await statusOf(arn)).toBe("ABORTED");
  await stop("ana", "v_wait");
  expect(await retry("ana", "v_wait")).toEqual(done("v_wait"));
  expect(await statusOf(arn)).toBe("RUNNING");
  expect(await retry("ana", "v_wait")).toEqual(done("v_wait"));
  await stop("ana", "v_wait");
});

it("treats two presses at the same moment as one", async () => {
  const arn = await start("v_twice", "wait");
  expect(await Promise.all([stop("ana", "v_twice"), stop("ana", "v_twice")])).toEqual([
    done("v_twice"),
    done("v_twice"),
  ]);
  expect(await Promise.all([retry("ana", "v_twice"), retry("ana", "v_twice")])).toEqual([
    done("v_twice"),
    done("v_twice"),
  ]);
  const { redriveCount } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  expect([await statusOf(arn), redriveCount]).toEqual(["RUNNING", 1]);
  await stop("ana", "v_twice");
});

it("continues a run from the task that failed", async () => {
  const arn = await start("v_work", "work");
  await becomes(arn, "FAILED");
  await retry("ana", "v_work");
  await becomes(arn, "SUCCEEDED");
});

it("does not retry a run that would only fail again, or that has succeeded", async () => {
  await becomes(await start("v_fail", "fail"), "FAILED");
  await becomes(await start("v_done", "done"), "SUCCEEDED");
  expect(await retry("ana", "v_fail")).toEqual({ kind: "not_redrivable", reason: "gave_up" });
  expect(await retry("ana", "v_done")).toEqual({ kind: "not_redrivable", reason: "ended_well" });
});

it("lets only the owner stop or retry a run", async () => {
  const arn = await start("v_mine", "wait");
  expect(await stop("ben", "v_mine")).toEqual({ kind: "forbidden" });
  expect(await retry("ben", "v_mine")).toEqual({ kind: "forbidden" });
  expect(await statusOf(arn)).toBe("RUNNING");
  expect(await stop("ana", "v_none")).toEqual({ kind: "not_found" });
  await stop("ana", "v_mine");
});
