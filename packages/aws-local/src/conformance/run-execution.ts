import { virtualClock } from "../clock/clock.ts";
import { createStates, type IntegrationCall, TaskFailure } from "../states/index.ts";
import { memoryStore } from "../store/memory-store.ts";
import { sameRecording } from "./compare.ts";

/** A recorded execution: the n-th entry of `taskResults` answers a state's n-th call. */
export interface RecordedExecution {
  readonly id: string;
  readonly definition: unknown;
  readonly input: unknown;
  readonly taskResults: Readonly<Record<string, readonly TaskResult[]>>;
  readonly expected: {
    readonly status: string;
    readonly output?: unknown;
    readonly error?: string | null;
    readonly cause?: unknown;
  };
}

interface TaskResult {
  readonly output?: unknown;
  readonly error?: string | null;
  readonly cause?: unknown;
}

/** The role of the recordings' machines, which executions can read. */
const RECORDED_ROLE = "snf_role_arn";

/** Longest execution, in virtual time. */
const MAX_MS = 400 * 86_400_000;

/** Runs a recorded execution; undefined if the result was as recorded, else the difference. */
export async function runRecordedExecution(recorded: RecordedExecution): Promise<string | undefined> {
  const clock = virtualClock();
  const states = createStates({
    clock,
    store: memoryStore(),
    integrations: { find: () => answer },
  });
  const calls = new Map<string, number>();

  async function answer(call: IntegrationCall): Promise<unknown> {
    const nth = calls.get(call.stateName) ?? 0;
    calls.set(call.stateName, nth + 1);
    const result = recorded.taskResults[call.stateName]?.[nth];
    if (!result) throw new TaskFailure("Conformance.NoResult", `no result was recorded for call ${nth + 1}`);
    if (call.pattern !== "waitForTaskToken") return outputOf(result);
    if (result.error !== "States.Timeout") await sendBack(call, result);
    return {};
  }

  async function sendBack(call: IntegrationCall, result: TaskResult): Promise<void> {
    for (const taskToken of stringsIn(call.arguments)) {
      const sent =
        result.output === undefined
          ? states.operations.SendTaskFailure({ taskToken, error: result.error, cause: textOf(result.cause) })
          : states.operations.SendTaskSuccess({ taskToken, output: JSON.stringify(result.output) });
      const isToken = await sent.then(
        () => true,
        () => false,
      );
      if (isToken) return;
    }
  }

  try {
    const { stateMachineArn } = await states.operations.CreateStateMachine({
      name: "sm",
      roleArn: RECORDED_ROLE,
      definition: JSON.stringify(recorded.definition),
    });
    const { executionArn } = await states.operations.StartExecution({
      stateMachineArn,
      name: "name",
      input: JSON.stringify(recorded.input ?? {}),
    });
    let described = await states.operations.DescribeExecution({ executionArn });
    for (let step = 1_000, passed = 0; described.status === "RUNNING" && passed < MAX_MS; step *= 2) {
      await clock.advance(step);
      passed += step;
      described = await states.operations.DescribeExecution({ executionArn });
    }
    return difference(described, recorded.expected);
  } catch (cause) {
    return String(cause);
  } finally {
    await states.close();
  }
}

function difference(
  actual: { status: string; output?: string; error?: string; cause?: string },
  expected: RecordedExecution["expected"],
): string | undefined {
  if (actual.status !== expected.status) {
    return `${actual.status} instead of ${expected.status}: ${actual.error ?? ""} ${actual.cause ?? ""}`;
  }
  if (expected.status === "SUCCEEDED") {
    const same = sameRecording(actual.output, JSON.stringify(expected.output));
    return same ? undefined : `output ${actual.output} instead of ${JSON.stringify(expected.output)}`;
  }
  const same = sameRecording(actual.error, expected.error);
  return same ? undefined : `error ${actual.error} (${actual.cause}) instead of ${expected.error}`;
}

function outputOf(result: TaskResult): unknown {
  if (result.error === undefined) return result.output;
  throw new TaskFailure(result.error ?? "", textOf(result.cause) ?? "");
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) yield* stringsIn(item);
  }
}
