import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { ecsTasks, type RunContainers, type TaskStateChangeEntry } from "./run-task.ts";
import { callTask, patternsOf } from "./testing/call.ts";

const input = {
  Cluster: "arn:aws:ecs:us-east-1:000000000000:cluster/media",
  TaskDefinition: "prepare",
  LaunchType: "FARGATE",
  Overrides: {
    ContainerOverrides: [
      {
        Name: "prepare",
        Command: ["node", "prepare.js"],
        Environment: [{ Name: "KEY", Value: "videos/v_1" }],
      },
    ],
  },
};

const running = (run: RunContainers) => ecsTasks({ runnerOf: () => run });

it("waits for the containers and returns the stopped task", async () => {
  const clock = virtualClock(0);
  const seen: unknown[] = [];
  const run: RunContainers = async ({ taskDefinition, containers }) => {
    seen.push({ taskDefinition, containers });
    return { exitCode: 0 };
  };
  const result = await callTask(ecsTasks({ runnerOf: () => run, clock }), "ecs:runTask.sync", input);
  expect(seen).toEqual([
    {
      taskDefinition: "prepare",
      containers: [{ name: "prepare", command: ["node", "prepare.js"], environment: { KEY: "videos/v_1" } }],
    },
  ]);
  expect(result).toMatchObject({
    ClusterArn: "arn:aws:ecs:us-east-1:000000000000:cluster/media",
    Containers: [{ ExitCode: 0, LastStatus: "STOPPED", Name: "prepare" }],
    LastStatus: "STOPPED",
    StartedBy: "AWS Step Functions",
    StopCode: "EssentialContainerExited",
    TaskArn: expect.stringMatching(/^arn:aws:ecs:us-east-1:000000000000:task\/media\/[0-9a-f]{32}$/),
    TaskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/prepare",
  });
});

it("fails the state when a container fails", async () => {
  const run = running(async () => ({ exitCode: 137, reason: "OutOfMemoryError" }));
  const failed = callTask(run, "ecs:runTask.sync", input);
  await expect(failed).rejects.toMatchObject({ error: "States.TaskFailed" });
  const { detail } = (await failed.catch((cause: unknown) => cause)) as { detail: string };
  expect(JSON.parse(detail).Containers[0]).toMatchObject({ ExitCode: 137, Reason: "OutOfMemoryError" });
});

it("does not wait without .sync, and leaves the task running when the state is over", async () => {
  let given: AbortSignal | undefined;
  const state = new AbortController();
  const run = running(({ signal }) => {
    given = signal;
    return new Promise(() => {});
  });
  expect(await callTask(run, "ecs:runTask", input, { signal: state.signal })).toMatchObject({
    Failures: [],
    Tasks: [{ LastStatus: "PROVISIONING" }],
  });
  state.abort();
  expect(given?.aborted).toBe(false);
});

it("stops the task with the state that waits for it", async () => {
  const state = new AbortController();
  const run = running(
    ({ signal }) =>
      new Promise((_, fail) => signal.addEventListener("abort", () => fail(new Error("stopped")))),
  );
  const waited = callTask(run, "ecs:runTask.sync", input, { signal: state.signal });
  state.abort();
  await expect(waited).rejects.toThrow("stopped");
});

it("waits for the token, which the container has, and ends the task with the state", async () => {
  const state = new AbortController();
  let given: AbortSignal | undefined;
  const run = running(({ signal }) => {
    given = signal;
    return new Promise(() => {});
  });
  const task = await callTask(run, "ecs:runTask.waitForTaskToken", input, { signal: state.signal });
  expect(task).toMatchObject({ Tasks: [{ LastStatus: "PROVISIONING" }] });
  expect(given?.aborted).toBe(false);
  state.abort();
  expect(given?.aborted).toBe(true);
});

it.each<[string, RunContainers, object]>([
  [
    "that has ended",
    async () => ({ exitCode: 137, reason: "OutOfMemoryError" }),
    {
      stopCode: "EssentialContainerExited",
      stoppedAt: "1970-01-01T00:00:05.000Z",
      containers: [{ name: "prepare", exitCode: 137, reason: "OutOfMemoryError", lastStatus: "STOPPED" }],
    },
  ],
  [
    "that could not be started",
    async () => {
      throw new Error("CannotPullContainerError");
    },
    {
      stopCode: "TaskFailedToStart",
      stoppedReason: "CannotPullContainerError",
      containers: [{ name: "prepare", lastStatus: "STOPPED" }],
    },
  ],
])("puts an event about a task %s, as ECS does", async (_, run, detail) => {
  const { promise, resolve } = deferred<TaskStateChangeEntry>();
  const ecs = ecsTasks({ runnerOf: () => run, clock: virtualClock(5000), onStopped: resolve });
  await callTask(ecs, "ecs:runTask.waitForTaskToken", input);
  const { Detail, ...entry } = await promise;
  expect(entry).toEqual({
    Source: "aws.ecs",
    DetailType: "ECS Task State Change",
    Resources: [Detail.taskArn],
  });
  expect(Detail).toMatchObject({
    ...detail,
    clusterArn: input.Cluster,
    lastStatus: "STOPPED",
    overrides: { containerOverrides: [{ environment: [{ name: "KEY", value: "videos/v_1" }] }] },
  });
});

it("fails a state that waits for a task which could not be started", async () => {
  const run = running(async () => {
    throw new Error("no capacity");
  });
  await expect(callTask(run, "ecs:runTask.sync", input)).rejects.toThrow("no capacity");
});

it("runs the tasks of a family by any form of its definition's name, and names those that it does not run", async () => {
  const families: string[] = [];
  const ecs = ecsTasks({
    runnerOf: (family) => void families.push(family),
    remedy: (family) => `Write ${family}.js.`,
  });
  const arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/convert:7";
  for (const TaskDefinition of ["convert", "convert:7", arn]) {
    await expect(callTask(ecs, "ecs:runTask.sync", { TaskDefinition })).rejects.toMatchObject({
      name: "NotServed",
      message: "nothing here runs the tasks of convert. Write convert.js.",
    });
  }
  expect(families).toEqual(["convert", "convert", "convert"]);
  expect(patternsOf(ecs, "ecs:runTask")).toEqual(["request", "sync", "waitForTaskToken"]);
});
