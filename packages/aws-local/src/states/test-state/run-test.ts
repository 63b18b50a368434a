import { arnOf, type Place } from "../../arn.ts";
import { AwsError } from "../../endpoint/aws-json.ts";
import { memoryStore } from "../../store/memory-store.ts";
import { stateMachineArn } from "../arn.ts";
import type { Json } from "../asl.ts";
import { Execution } from "../execution.ts";
import { Cancelled, handlerOf, retryDelayMs, StateFailure } from "../failure.ts";
import { type Flow, ROOT } from "../projection.ts";
import type { Failure } from "../records.ts";
import { inputOf, leave } from "../run/fields.ts";
import { runState } from "../run/flow.ts";
import { type Frame, frameOf, type InspectedField, type Surroundings } from "../run/frame.ts";
import { failureFrom, writeExit } from "../run/leave.ts";
import { exitCaught } from "../run/recover.ts";
import { mapResult, parallelResult, taskResult } from "./results.ts";
import type { StateTest } from "./state-test.ts";
import { STATE_NAME } from "./tested-state.ts";

/** A test that takes longer fails. */
const MAX_TEST_MS = 300_000;

/** The outcome of a state that ran by itself. */
export interface TestOutcome {
  readonly status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  /** How it was left, if it was left. */
  readonly output?: Json;
  readonly next?: string;
  readonly failure?: Failure;
  readonly errorDetails?: ErrorDetails;
  /** What was inspected while it ran. */
  readonly seen: ReadonlyMap<InspectedField, Json>;
  readonly variables: Readonly<Record<string, Json>>;
}

/** The retrier or catcher that took a failure, and the longest wait before the next attempt, in whole seconds. */
interface ErrorDetails {
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
  readonly catchIndex?: number;
}

export interface TestParts {
  readonly around: Surroundings;
  readonly place: Place;
  readonly newId: () => string;
  /** Aborted when the engine is closed. */
  readonly over: AbortSignal;
}

type Left = Pick<TestOutcome, "status" | "output" | "next" | "failure" | "errorDetails">;

/** Runs one state once, in an execution with no other state that nobody else can see. */
export async function runTest(
  test: StateTest,
  { around, place, newId, over }: TestParts,
): Promise<TestOutcome> {
  const execution = begin(test, around, place, newId);
  const root = execution.projection.flows.get(ROOT)!;
  const seen = new Map<InspectedField, Json>();
  const time = new AbortController();
  const cancelTimeout = around.clock.after(MAX_TEST_MS, () => time.abort());
  const signal = AbortSignal.any([over, time.signal]);
  const frame = probed(frameOf(around, execution, root, signal), test, seen);
  try {
    const left = await leftBy(frame, test);
    return { ...left, seen, variables: root.variables };
  } catch (cause) {
    if (!(cause instanceof Cancelled)) throw cause;
    if (!time.signal.aborted) throw new AwsError("ServiceUnavailable", "shutting down", 503);
    return { status: "FAILED", failure: { error: "States.Timeout" }, seen, variables: root.variables };
  } finally {
    cancelTimeout();
    execution.halt();
  }
}

function begin(test: StateTest, { clock }: Surroundings, place: Place, newId: () => string): Execution {
  const [name, machineName] = [newId(), newId()];
  const { machine, state } = test.tested;
  const execution = Execution.start(
    {
      executionArn: arnOf(place, "states", `express:${machineName}:${name}`),
      name,
      stateMachineArn: stateMachineArn(place, machineName),
      stateMachineName: machineName,
      roleArn: test.roleArn ?? "",
      definition: JSON.stringify(machine),
      machineUpdatedAt: clock.now(),
      input: test.input,
      startedAt: clock.now(),
    },
    memoryStore(),
    clock,
  );
  const root = execution.projection.flows.get(ROOT)!;
  root.variables = test.variables;
  execution.write(root, `${state.Type}StateEntered`, { name: STATE_NAME, input: test.input });
  return execution;
}

function probed(frame: Frame, test: StateTest, seen: Map<InspectedField, Json>): Frame {
  const inspect = (field: InspectedField, value: Json) => void seen.set(field, value);
  return {
    ...frame,
    probe: {
      context: test.context ?? ownContext(frame, test),
      inspect,
      ...(test.level === "TRACE" && {
        trace: {
          revealSecrets: test.revealSecrets,
          request: (request) => inspect("request", request),
          response: (response) => inspect("response", response),
        },
      }),
    },
  };
}

const RETRYABLE = ["Task", "Parallel", "Map"];

/** The context object of a state in TestState: that of an Express execution. */
function ownContext({ around, execution, state, visit }: Frame, test: StateTest): Record<string, Json> {
  const { start, input } = execution.projection;
  const time = new Date(visit.enteredAt).toISOString();
  return {
    Execution: {
      Id: start.executionArn,
      Input: input,
      Name: start.name,
      RoleArn: test.roleArn ?? null,
      StartTime: time,
    },
    StateMachine: { Id: start.stateMachineArn, Name: start.stateMachineName },
    State: {
      Name: STATE_NAME,
      EnteredTime: time,
      ...(RETRYABLE.includes(state.Type) && { RetryCount: test.configuration.retrierRetryCount ?? 0 }),
    },
    ...(test.tested.isInMap && { Map: { Item: { Index: 0, Value: input } } }),
    ...(state.Resource?.endsWith(".waitForTaskToken") && { Task: { Token: around.newToken(execution) } }),
  };
}

async function leftBy(frame: Frame, test: StateTest): Promise<Left> {
  const { state, flow } = frame;
  try {
    if (RETRYABLE.includes(state.Type)) writeExit(frame, await leave(frame, await resultOf(frame, test)));
    else {
      // It has no such field, but AWS shows it.
      if (state.Type === "Fail" && frame.language === "JSONPath") inputOf(frame);
      await runState(frame);
    }
    return { status: "SUCCEEDED", ...wayOut(flow) };
  } catch (cause) {
    return handled(frame, test, failureFrom(frame, cause));
  }
}

function resultOf(frame: Frame, test: StateTest): Promise<Json> {
  const { mock, configuration } = test;
  if (frame.state.Type === "Task") return taskResult(frame, mock);
  if (!mock) throw new Error(`a ${frame.state.Type} is not run without a mock`);
  if (frame.state.Type === "Parallel") return parallelResult(frame, mock);
  return mapResult(frame, mock, configuration);
}

/** What takes a failure: a retrier with attempts left, else a catcher, else nothing. */
async function handled(frame: Frame, test: StateTest, failure: Failure): Promise<Left> {
  const { state, flow } = frame;
  const retrier = handlerOf(state.Retry, failure);
  const delayMs = retrier && retryDelayMs(retrier.handler, retriesOf(test), () => 1);
  const retry = {
    ...(retrier && { retryIndex: retrier.index }),
    ...(delayMs !== undefined && { retryBackoffIntervalSeconds: Math.floor(delayMs / 1000) }),
  };
  if (delayMs !== undefined) return { status: "RETRIABLE", failure, errorDetails: retry };
  try {
    const caught = await exitCaught(frame, failure);
    if (!caught) return { status: "FAILED", failure, errorDetails: retry };
    writeExit(frame, caught.exit);
    const errorDetails = { ...retry, catchIndex: caught.index };
    return { status: "CAUGHT_ERROR", failure, errorDetails, ...wayOut(flow) };
  } catch (cause) {
    if (!(cause instanceof StateFailure)) throw cause;
    return { status: "FAILED", failure: cause.failure, errorDetails: retry };
  }
}

/** How often a failure was retried before: from the test, or else from its context object. */
function retriesOf({ configuration, context }: StateTest): number {
  const { RetryCount } = (context?.State ?? {}) as { RetryCount?: number };
  return configuration.retrierRetryCount ?? RetryCount ?? 0;
}

/** How the state was left, from the records. */
const wayOut = (flow: Flow): Pick<Left, "output" | "next"> => ({
  output: flow.input,
  ...(flow.next !== undefined && { next: flow.next }),
});
