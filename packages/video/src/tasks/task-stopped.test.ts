import { type SendTaskFailureCommand, type SFNClient, TaskTimedOut } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { failureOf, type TaskStateChange, taskStopped } from "./task-stopped.ts";

const stopped = (detail: TaskStateChange["detail"], token: string | undefined = "the-token") => ({
  detail: {
    ...detail,
    overrides: {
      containerOverrides: [
        {},
        {
          environment: [
            { name: "PREPARE_INPUT", value: "{}" },
            ...(token ? [{ name: "TASK_TOKEN", value: token }] : []),
          ],
        },
      ],
    },
  },
});
const exited = { stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" };

it.each<[string, TaskStateChange["detail"], string, string]>([
  [
    "that was out of memory",
    {
      ...exited,
      containers: [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
    },
    "Container.ExitCode.137",
    "The container ended with exit code 137: OutOfMemoryError: Container killed due to memory usage: " +
      "EssentialContainerExited: Essential container in task exited",
  ],
  [
    "that ended by itself",
    { ...exited, containers: [{ exitCode: 1 }] },
    "Container.ExitCode.1",
    "The container ended with exit code 1: EssentialContainerExited: Essential container in task exited",
  ],
  [
    "that sent no result",
    { containers: [{ exitCode: 0 }] },
    "Container.ExitCode.0",
    "The container ended with exit code 0",
  ],
  [
    "whose image is missing",
    {
      stopCode: "TaskFailedToStart",
      stoppedReason: "CannotPullContainerError: not found",
      containers: [{}],
    },
    "Container.NotStarted",
    "The container did not start: TaskFailedToStart: CannotPullContainerError: not found",
  ],
  ["of which nothing is known", {}, "Container.NotStarted", "The container did not start"],
])("names how a container ended %s", (_, detail, error, cause) => {
  expect(failureOf(stopped(detail))).toEqual({ taskToken: "the-token", error, cause });
});

it("does nothing for a task that no state waits for", async () => {
  expect(failureOf({ detail: {} })).toBeUndefined();
  expect(failureOf(stopped({ containers: [{ exitCode: 1 }] }, ""))).toBeUndefined();
});

const sending = (answer: () => object) => {
  const sent: object[] = [];
  const send = async ({ input }: SendTaskFailureCommand) => {
    sent.push(input);
    return answer();
  };
  return { sent, states: { send } as unknown as Pick<SFNClient, "send"> };
};

it("fails the state, and does nothing if that no longer waits", async () => {
  const { sent, states } = sending(() => {
    throw new TaskTimedOut({ $metadata: {}, message: "over" });
  });
  await taskStopped(states, stopped({ containers: [{ exitCode: 0 }] }));
  await taskStopped(states, { detail: {} });
  expect(sent).toMatchObject([{ taskToken: "the-token", error: "Container.ExitCode.0" }]);
});

it("fails when Step Functions cannot be reached, so that it is retried", async () => {
  const { states } = sending(() => {
    throw new Error("no network");
  });
  await expect(taskStopped(states, stopped({ containers: [{ exitCode: 1 }] }))).rejects.toThrow("no network");
});
