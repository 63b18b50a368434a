import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidDefinition,
  InvalidExecutionInput,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineAlreadyExists,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
  ValidationException,
} from "@aws-sdk/client-sfn";
import { expect, it, onTestFinished } from "vitest";
import { only, recorder, stage, until, waitForToken } from "../testing/states-stage.ts";
import { taskToken } from "./arn.ts";

const roleArn = "arn:aws:iam::000000000000:role/test";
const nothing = JSON.stringify(only({ Type: "Pass", End: true }));
const asking = JSON.stringify(only(waitForToken()));
const long = JSON.stringify(only({ Type: "Wait", Seconds: 1_000, End: true }));

/** The real SDK, over HTTP, against an engine whose tasks can only be asked. */
async function connect() {
  const ask = recorder();
  const { states, clock } = stage({ ask: ask.service });
  const server = createServer((request, response) => void states.handle(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const make = async (name: string, definition: string) => {
    const made = await client.send(new CreateStateMachineCommand({ name, definition, roleArn }));
    return made.stateMachineArn ?? "";
  };
  const begin = async (stateMachineArn: string, name?: string, input = "{}") => {
    const begun = await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return begun.executionArn ?? "";
  };
  const ended = (executionArn: string) =>
    until(async () => {
      const described = await client.send(new DescribeExecutionCommand({ executionArn }));
      return described.status === "RUNNING" ? undefined : described;
    });
  return { ask, clock, client, make, begin, ended };
}

it("passes an answer from SendTaskSuccess to the end of the execution", async () => {
  const { ask, client, make, begin, ended, clock } = await connect();
  const executionArn = await begin(await make("asking", asking));
  const token = await ask.token();
  await client.send(new SendTaskHeartbeatCommand({ taskToken: token }));
  await client.send(new SendTaskSuccessCommand({ taskToken: token, output: '{"verb":"pick"}' }));
  const described = await ended(executionArn);
  expect(described).toMatchObject({ status: "SUCCEEDED", output: '{"verb":"pick"}', input: "{}" });
  expect(described.startDate).toEqual(new Date(clock.now()));
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 3 }),
  );
  expect(events.map((event) => event.type)).toEqual([
    "ExecutionSucceeded",
    "TaskStateExited",
    "TaskSucceeded",
  ]);
  expect(events[2]?.taskSucceededEventDetails).toMatchObject({
    resourceType: "test",
    resource: "ask.waitForTaskToken",
    output: '{"verb":"pick"}',
  });
});

it("accepts exactly one of many concurrent answers", async () => {
  const { ask, client, make, begin } = await connect();
  await begin(await make("asking", asking));
  const token = await ask.token();
  const answers = await Promise.allSettled(
    [1, 2, 3, 4].map((answer) =>
      client.send(new SendTaskSuccessCommand({ taskToken: token, output: String(answer) })),
    ),
  );
  const lost = answers.filter((answer) => answer.status === "rejected");
  expect(lost).toHaveLength(3);
  for (const answer of lost) expect(answer.reason).toBeInstanceOf(TaskTimedOut);
});

it("fails the task with the error of SendTaskFailure", async () => {
  const { ask, client, make, begin, ended } = await connect();
  const executionArn = await begin(await make("asking", asking));
  await client.send(
    new SendTaskFailureCommand({ taskToken: await ask.token(), error: "Rejected", cause: "by ana" }),
  );
  expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "Rejected", cause: "by ana" });
});

it("distinguishes malformed and unknown tokens, and those of an ended execution", async () => {
  const { ask, client, make, begin } = await connect();
  const stateMachineArn = await make("asking", asking);
  const executionArn = await begin(stateMachineArn);
  const token = await ask.token();
  const send = (value: string, output = "1") =>
    client.send(new SendTaskSuccessCommand({ taskToken: value, output }));
  await expect(send("garbage")).rejects.toBeInstanceOf(InvalidToken);
  await expect(send(taskToken(executionArn, "guess"))).rejects.toBeInstanceOf(TaskDoesNotExist);
  await expect(send(taskToken(`${executionArn}-other`, "guess"))).rejects.toBeInstanceOf(TaskDoesNotExist);
  await expect(send(token, "not JSON")).rejects.toBeInstanceOf(InvalidOutput);
  await expect(send(token, JSON.stringify("x".repeat(262_144)))).rejects.toBeInstanceOf(InvalidOutput);
  await client.send(new StopExecutionCommand({ executionArn }));
  await expect(send(token)).rejects.toBeInstanceOf(TaskTimedOut);
});

it("starts one execution of a name, and again only for the same input while it runs", async () => {
  const { client, make, begin } = await connect();
  const waiting = await make("waiting", long);
  const first = await begin(waiting, "one", '{"a":1}');
  expect(await begin(waiting, "one", '{"a":1}')).toBe(first);
  await expect(begin(waiting, "one", '{"a":2}')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  const { stopDate } = await client.send(new StopExecutionCommand({ executionArn: first }));
  expect(stopDate).toBeInstanceOf(Date);
  await expect(begin(waiting, "one", '{"a":1}')).rejects.toBeInstanceOf(ExecutionAlreadyExists);
});

it("lists executions by status, page by page, the latest first", async () => {
  const { client, clock, make, begin, ended } = await connect();
  const stateMachineArn = await make("waiting", long);
  for (const name of ["a", "b", "c"]) {
    await begin(stateMachineArn, name);
    await clock.advance(1_000);
  }
  const list = (more: object) => client.send(new ListExecutionsCommand({ stateMachineArn, ...more }));
  const first = await list({ maxResults: 2 });
  expect(first.executions?.map(({ name }) => name)).toEqual(["c", "b"]);
  const second = await list({ maxResults: 2, nextToken: first.nextToken });
  expect(second.executions?.map(({ name }) => name)).toEqual(["a"]);
  expect(second.nextToken).toBeUndefined();
  const executionArn = first.executions?.[0]?.executionArn ?? "";
  await client.send(new StopExecutionCommand({ executionArn }));
  await ended(executionArn);
  const running = await list({ statusFilter: "RUNNING" });
  expect(running.executions?.map(({ name }) => name)).toEqual(["b", "a"]);
  const aborted = await list({ statusFilter: "ABORTED" });
  expect(aborted.executions?.[0]).toMatchObject({ name: "c", status: "ABORTED" });
});

it("redrives a stopped execution, and lists it among the redriven ones", async () => {
  const { ask, client, clock, make, begin, ended } = await connect();
  const stateMachineArn = await make("asking", asking);
  const executionArn = await begin(stateMachineArn, "one");
  await begin(stateMachineArn, "two");
  await ask.token(2);
  await client.send(new StopExecutionCommand({ executionArn }));
  expect(await ended(executionArn)).toMatchObject({ status: "ABORTED", redriveStatus: "REDRIVABLE" });
  await clock.advance(1_000);
  const redriven = await client.send(new RedriveExecutionCommand({ executionArn }));
  expect(redriven.redriveDate).toEqual(new Date(clock.now()));
  await expect(client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toBeInstanceOf(
    ExecutionNotRedrivable,
  );
  const answer = { taskToken: await ask.token(3), output: '"again"' };
  await client.send(new SendTaskSuccessCommand(answer));
  expect(await ended(executionArn)).toMatchObject({
    status: "SUCCEEDED",
    output: '"again"',
    redriveCount: 1,
    redriveDate: redriven.redriveDate,
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
  });
  const list = async (redriveFilter: "REDRIVEN" | "NOT_REDRIVEN") =>
    (await client.send(new ListExecutionsCommand({ stateMachineArn, redriveFilter }))).executions;
  expect(await list("REDRIVEN")).toMatchObject([
    { name: "one", redriveCount: 1, redriveDate: redriven.redriveDate },
  ]);
  expect(await list("NOT_REDRIVEN")).toMatchObject([{ name: "two", redriveCount: 0 }]);
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  const event = events.find(({ type }) => type === "ExecutionRedriven");
  expect(event?.executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
});

it("refuses to redrive an unknown execution, and an invalid client token", async () => {
  const { client, make, begin, ended } = await connect();
  const executionArn = await begin(await make("machine", nothing));
  await ended(executionArn);
  const redrive = (more: object) => client.send(new RedriveExecutionCommand({ executionArn, ...more }));
  await expect(redrive({ executionArn: `${executionArn}-not` })).rejects.toBeInstanceOf(
    ExecutionDoesNotExist,
  );
  await expect(redrive({ executionArn: "nonsense" })).rejects.toBeInstanceOf(InvalidArn);
  await expect(redrive({ clientToken: "two words" })).rejects.toBeInstanceOf(ValidationException);
  await expect(redrive({ clientToken: "x".repeat(65) })).rejects.toBeInstanceOf(ValidationException);
});

it("keeps the definition that an execution began with when its machine is updated or deleted", async () => {
  const { client, make, begin } = await connect();
  const stateMachineArn = await make("machine", long);
  const executionArn = await begin(stateMachineArn);
  const updated = await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: nothing }));
  expect(updated.updateDate).toBeInstanceOf(Date);
  const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(described).toMatchObject({ definition: nothing, status: "ACTIVE", type: "STANDARD", roleArn });
  await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
  expect(stateMachines).toEqual([]);
  const kept = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(kept).toMatchObject({ definition: long, name: "machine", stateMachineArn });
});

it("creates a machine again only with the same definition", async () => {
  const { make } = await connect();
  const first = await make("machine", nothing);
  expect(await make("machine", nothing)).toBe(first);
  await expect(make("machine", long)).rejects.toBeInstanceOf(StateMachineAlreadyExists);
});

it("says what is wrong with a definition", async () => {
  const { client, make } = await connect();
  const broken = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } });
  await expect(make("broken", broken)).rejects.toBeInstanceOf(InvalidDefinition);
  await expect(make("broken", "{")).rejects.toBeInstanceOf(InvalidDefinition);
  const validated = await client.send(new ValidateStateMachineDefinitionCommand({ definition: broken }));
  expect(validated).toMatchObject({
    result: "FAIL",
    diagnostics: [{ severity: "ERROR", code: "MISSING_TRANSITION_TARGET", location: "/States/A/Next" }],
  });
});

it("refuses unknown names with AWS's errors", async () => {
  const { client, make, begin } = await connect();
  const stateMachineArn = await make("machine", nothing);
  const executionArn = "arn:aws:states:us-east-1:000000000000:execution:machine:none";
  await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toBeInstanceOf(
    ExecutionDoesNotExist,
  );
  await expect(
    client.send(new DescribeExecutionCommand({ executionArn: "nonsense" })),
  ).rejects.toBeInstanceOf(InvalidArn);
  await expect(begin(`${stateMachineArn}-none`)).rejects.toBeInstanceOf(StateMachineDoesNotExist);
  await expect(begin(stateMachineArn, "not a name")).rejects.toBeInstanceOf(InvalidName);
  await expect(begin(stateMachineArn, "n", "{")).rejects.toBeInstanceOf(InvalidExecutionInput);
  const large = JSON.stringify("x".repeat(262_144));
  await expect(begin(stateMachineArn, "n", large)).rejects.toBeInstanceOf(ValidationException);
  await expect(
    client.send(new ListExecutionsCommand({ stateMachineArn, nextToken: "nonsense" })),
  ).rejects.toBeInstanceOf(InvalidToken);
});
