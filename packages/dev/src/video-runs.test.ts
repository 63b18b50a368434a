import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import {
  createEndpoint,
  createStates,
  type Endpoint,
  memoryStore,
  type States,
  systemClock,
  TaskFailure,
} from "@callboard/aws-local";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PageError } from "./page-error.ts";
import { createVideoRuns, type VideoRuns } from "./video-runs.ts";

/** Works as its input's `mode` says; `work` fails the first time that a video comes to it. */
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
let runs: VideoRuns;
beforeAll(async () => {
  const tried = new Set<string>();
  states = createStates({
    clock: systemClock,
    store: memoryStore(),
    integrations: {
      "arn:aws:states:::test:work": async ({ arguments: given }) => {
        const { subject } = given as { subject: string };
        if (tried.has(subject)) return {};
        tried.add(subject);
        throw new TaskFailure("Lamp.Broken", "the light failed");
      },
    },
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
  runs = createVideoRuns({ sfn, stateMachineArn });
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
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    ({ status, code }: PageError) => ({ status, code }),
  );

it("stops a run, lets it go on, and takes a second press for the first", async () => {
  const arn = await start("v_wait", "wait");
  await runs.stop("ana", "v_wait");
  expect(await statusOf(arn)).toBe("ABORTED");
  await runs.stop("ana", "v_wait");
  expect(await runs.retry("ana", "v_wait")).toEqual({ subject: "video/v_wait" });
  expect(await statusOf(arn)).toBe("RUNNING");
  expect(await runs.retry("ana", "v_wait")).toEqual({ subject: "video/v_wait" });
  await runs.stop("ana", "v_wait");
});

it("lets a run go on from the task that failed", async () => {
  const arn = await start("v_work", "work");
  await becomes(arn, "FAILED");
  await runs.retry("ana", "v_work");
  await becomes(arn, "SUCCEEDED");
});

it("does not try again what would only end in the same way, or has ended well", async () => {
  await becomes(await start("v_fail", "fail"), "FAILED");
  await becomes(await start("v_done", "done"), "SUCCEEDED");
  const refused = { status: 409, code: "not_redrivable" };
  expect(await refusal(runs.retry("ana", "v_fail"))).toEqual(refused);
  expect(await refusal(runs.retry("ana", "v_done"))).toEqual(refused);
});

it("does not let anybody but the owner stop a run or try it again", async () => {
  const arn = await start("v_mine", "wait");
  const refused = { status: 403, code: "forbidden" };
  expect(await refusal(runs.stop("ben", "v_mine"))).toEqual(refused);
  expect(await refusal(runs.retry("ben", "v_mine"))).toEqual(refused);
  expect(await statusOf(arn)).toBe("RUNNING");
  expect(await refusal(runs.stop("ana", "v_none"))).toEqual({ status: 404, code: "not_found" });
  await runs.stop("ana", "v_mine");
});
