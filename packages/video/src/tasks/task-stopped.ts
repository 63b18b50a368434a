import { SendTaskFailureCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { isOver } from "../container/answer-state.ts";
import { TASK_TOKEN } from "../definition.ts";

/**
 * ECS's event on the account's default bus for a stopped task: the fields that are read here
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html).
 */
export interface TaskStateChange {
  readonly detail: {
    readonly stopCode?: string;
    readonly stoppedReason?: string;
    readonly containers?: readonly { readonly exitCode?: number; readonly reason?: string }[];
    readonly overrides?: {
      readonly containerOverrides?: readonly {
        readonly environment?: readonly { readonly name: string; readonly value: string }[];
      }[];
    };
  };
}

/** A failure for the state that waits for a task. */
export interface StateFailure {
  readonly taskToken: string;
  readonly error: string;
  readonly cause: string;
}

/**
 * How a container ended, for the state that waits for it: `Container.ExitCode.137`, or `Container.NotStarted` if it has
 * no exit code. Undefined for a task that no state waits for. A container that sent its result before it ended is
 * reported too, and Step Functions refuses that. So exit code 0 is also a failure: that of a container that sent
 * nothing.
 */
export function failureOf({ detail }: TaskStateChange): StateFailure | undefined {
  const taskToken = detail.overrides?.containerOverrides
    ?.flatMap(({ environment = [] }) => environment)
    .find(({ name }) => name === TASK_TOKEN)?.value;
  if (!taskToken) return undefined;
  const ended = detail.containers?.find(({ exitCode }) => exitCode !== undefined);
  const reasons = [ended?.reason, detail.stopCode, detail.stoppedReason].filter(Boolean).join(": ");
  const what = ended ? `The container ended with exit code ${ended.exitCode}` : "The container did not start";
  return {
    taskToken,
    error: ended ? `Container.ExitCode.${ended.exitCode}` : "Container.NotStarted",
    cause: `${what}${reasons ? `: ${reasons}` : ""}`.slice(0, 1000),
  };
}

/** Sends the failure to the state that waits for a stopped task; does nothing if the state no longer waits. */
export async function taskStopped(states: Pick<SFNClient, "send">, event: TaskStateChange): Promise<void> {
  const failure = failureOf(event);
  if (!failure) return;
  try {
    await states.send(new SendTaskFailureCommand(failure));
  } catch (cause) {
    if (!isOver(cause)) throw cause;
  }
}
