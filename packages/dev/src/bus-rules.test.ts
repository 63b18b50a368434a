import { busStage } from "@callboard/aws-local/testing";
import { expect, it } from "vitest";
import { functionArn, putRules } from "./bus-rules.ts";

const stateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:post-processing";
const began = 1_767_225_600_000;

const statusChange = (more: object) => ({
  executionArn: "arn:aws:states:us-east-1:000000000000:execution:post-processing:e1",
  stateMachineArn,
  name: "e1",
  status: "FAILED",
  startDate: began,
  stopDate: null,
  input: '{"secret":1}',
  output: null,
  error: null,
  cause: null,
  redriveCount: 0,
  redriveDate: null,
  ...more,
});

/** The details of status changes that reach ingest from the default bus. */
async function taken(...changes: object[]): Promise<unknown[]> {
  const details: unknown[] = [];
  const ingest = async ({ detail }: { detail?: unknown }) => void details.push(detail);
  const { bus } = await busStage({
    targets: { [functionArn("ingest")]: ingest as never, [functionArn("relay")]: async () => undefined },
  });
  await putRules(bus);
  await bus.putEvents(
    changes.map((change) => ({
      Source: "aws.states",
      DetailType: "Step Functions Execution Status Change",
      Detail: JSON.stringify(statusChange(change)),
    })),
  );
  await bus.idle();
  return details;
}

it("passes on how an execution ended, without its input and output", async () => {
  const [detail, ...others] = await taken({ stopDate: began + 9, error: "E", cause: "C" });
  expect(others).toEqual([]);
  expect(detail).toEqual({
    executionArn: "arn:aws:states:us-east-1:000000000000:execution:post-processing:e1",
    name: "e1",
    status: "FAILED",
    startDate: began,
    stopDate: began + 9,
    error: "E",
    cause: "C",
    redriveCount: 0,
    redriveDate: null,
  });
});

it("passes on that a redriven execution runs again and how it ends, each once, and no other change", async () => {
  const redrive = { redriveCount: 1, redriveDate: began + 20 };
  const details = await taken(
    { status: "RUNNING" },
    { status: "SUCCEEDED", stopDate: began + 9 },
    { status: "RUNNING", ...redrive },
    { status: "SUCCEEDED", stopDate: began + 30, ...redrive },
    { status: "ABORTED", stopDate: began + 30, ...redrive },
  );
  expect(details).toMatchObject([
    { status: "RUNNING", ...redrive },
    { status: "SUCCEEDED", ...redrive },
    { status: "ABORTED", ...redrive },
  ]);
});

it("passes on the ends of executions of any state machine", async () => {
  const newsroom = stateMachineArn.replace("post-processing", "newsroom");
  const details = await taken(
    { stateMachineArn: newsroom, status: "ABORTED" },
    { stateMachineArn: newsroom, status: "SUCCEEDED" },
  );
  expect(details).toMatchObject([{ status: "ABORTED" }]);
});

it("passes on an event without fields about redrives", async () => {
  const [detail] = await taken({ redriveCount: undefined, redriveDate: undefined, stopDate: began + 9 });
  expect(detail).toMatchObject({ status: "FAILED", redriveCount: "", redriveDate: "" });
});
