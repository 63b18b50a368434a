import { createHash } from "node:crypto";
import { AwsError } from "../endpoint/aws-json.ts";
import { NOT_SERVED } from "../states/failure.ts";
import {
  type Integration,
  type IntegrationCall,
  type Integrations,
  NotServed,
  TaskFailure,
} from "../states/integration.ts";
import type { States } from "../states/states.ts";
import { objectArguments, optionalString } from "./arguments.ts";
import { serviceFailure } from "./service-failure.ts";
import { tasks } from "./tasks.ts";

/** The engine that starts the machines: the one that runs the Task, or another. */
export type Starter = Pick<States, "operations" | "untilEnded">;

type Described = Awaited<ReturnType<Starter["operations"]["DescribeExecution"]>>;

/**
 * `arn:aws:states:::states:startExecution`. With `.sync` the state waits for the execution that it started, and stopping
 * the state stops it. The result describes it, with the output as text, or with `.sync:2` as JSON; an execution that did
 * not succeed fails the state with `States.TaskFailed`. A call after a restart finds the execution that it started
 * before. https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export function startExecutionTasks(starter: () => Starter): Integrations {
  return tasks(["request", "sync", "sync:2", "waitForTaskToken"], {
    "states:startExecution": startExecution(starter),
  });
}

function startExecution(starter: () => Starter): Integration {
  return async (call) => {
    const states = starter();
    const { executionArn, startDate } = await start(states, call).catch((cause: unknown) => {
      throw serviceFailure("StepFunctions", cause);
    });
    if (call.pattern !== "sync" && call.pattern !== "sync:2") {
      return {
        ExecutionArn: executionArn,
        SdkHttpMetadata: { HttpStatusCode: 200 },
        StartDate: startDate * 1000,
      };
    }
    const ended = await endOf(states, executionArn, call.signal);
    if (ended.error === NOT_SERVED) throw new NotServed(`${ended.cause} (in ${executionArn})`);
    const result = describeResult(ended, call.pattern === "sync:2");
    if (ended.status !== "SUCCEEDED") throw new TaskFailure("States.TaskFailed", JSON.stringify(result));
    return result;
  };
}

async function start({ operations }: Starter, call: IntegrationCall) {
  const input = objectArguments(call.arguments);
  const stateMachineArn = machineArn(input.StateMachineArn);
  const given = optionalString(input, "Name");
  const name = given ?? nameOf(call);
  const data = textOf(input.Input);
  try {
    return await operations.StartExecution({ stateMachineArn, name, input: data });
  } catch (cause) {
    if (!(cause instanceof AwsError) || cause.code !== "ExecutionAlreadyExists") throw cause;
    const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    const there = await operations.DescribeExecution({ executionArn });
    const isOwn = there.input === data && there.startDate * 1000 >= call.scheduledAt;
    if (!isOwn) throw cause;
    return { executionArn, startDate: there.startDate };
  }
}

/** Without the version or alias after the machine's name: here a machine has only one version. */
function machineArn(arn: unknown): string {
  const [, machine] = /^(arn:[^:]*:states:[^:]*:[^:]*:stateMachine:[^:]+):[^:]+$/.exec(String(arn)) ?? [];
  return machine ?? (arn as string);
}

function textOf(input: unknown): string {
  if (input === undefined || input === null) return "{}";
  return typeof input === "string" ? input : JSON.stringify(input);
}

/** The same for each call within one attempt, in the form of a UUID. */
function nameOf({ executionArn, id }: IntegrationCall): string {
  const hash = createHash("sha256").update(`${executionArn} ${id}`).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

async function endOf(states: Starter, executionArn: string, signal: AbortSignal): Promise<Described> {
  try {
    await states.untilEnded(executionArn, signal);
  } finally {
    // An aborted state needs no result; an engine that closes stops no execution.
    if (signal.aborted) await states.operations.StopExecution({ executionArn }).catch(() => {});
  }
  return states.operations.DescribeExecution({ executionArn });
}

function describeResult(execution: Described, asJson: boolean): object {
  const read = (text: string | undefined) => (asJson && text !== undefined ? JSON.parse(text) : text);
  const { output, error, cause, stopDate } = execution;
  return {
    ExecutionArn: execution.executionArn,
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    Input: read(execution.input),
    InputDetails: { Included: true },
    Name: execution.name,
    ...(output === undefined ? {} : { Output: read(output), OutputDetails: { Included: true } }),
    StartDate: execution.startDate * 1000,
    StateMachineArn: execution.stateMachineArn,
    Status: execution.status,
    ...(stopDate === undefined ? {} : { StopDate: stopDate * 1000 }),
  };
}
