import { virtualClock } from "../clock/clock.ts";
import { detailsOf, type HistoryEvent } from "../states/history.ts";
import { createStates } from "../states/index.ts";
import { memoryStore } from "../store/memory-store.ts";

/** Any state machine; `invalid` is why AWS refuses it, if it does. */
export interface PublishedMachine {
  readonly id: string;
  readonly definition: unknown;
  readonly invalid?: string;
}

/** Longest execution, in virtual time. */
const MAX_MS = 30 * 86_400_000;

/**
 * Creates a machine and runs it without any services. Undefined if it is accepted or refused as on AWS and, once it has
 * called a service, ends because that is not served. No Catch, Retry or tolerance may take this failure: it is not the
 * workflow's own.
 */
export async function runPublishedMachine(machine: PublishedMachine): Promise<string | undefined> {
  const clock = virtualClock();
  const states = createStates({ clock, store: memoryStore(), integrations: { find: () => undefined } });
  const { operations } = states;
  try {
    const made = await operations
      .CreateStateMachine({ name: "m", roleArn: "role", definition: JSON.stringify(machine.definition) })
      .catch((cause: Error) => cause);
    if (made instanceof Error) return machine.invalid === undefined ? `refused: ${made.message}` : undefined;
    if (machine.invalid !== undefined) return `accepted, though ${machine.invalid}`;
    const { executionArn } = await operations.StartExecution({ ...made, input: "{}" });
    let run = await operations.DescribeExecution({ executionArn });
    for (let step = 1_000, passed = 0; run.status === "RUNNING" && passed < MAX_MS; step *= 2) {
      await clock.advance(step);
      passed += step;
      run = await operations.DescribeExecution({ executionArn });
    }
    const history = await states.historyAfter(executionArn, 0, 1_000);
    const called = history.filter(({ type }) => /^(Task|LambdaFunction)Scheduled$/.test(type));
    if (called.length === 0) return undefined;
    return differenceOf(run, called);
  } catch (cause) {
    return String(cause);
  } finally {
    await states.close();
  }
}

type Run = { readonly status: string; readonly error?: string; readonly cause?: string };

function differenceOf(
  { status, error, cause = "" }: Run,
  called: readonly HistoryEvent[],
): string | undefined {
  // Another branch may fail first, because of the empty input.
  if (status === "FAILED" && error === "States.Runtime") return undefined;
  const resources = called.map((event) => String(detailsOf(event).resource));
  const isNamed = /^State '.+' calls /.test(cause) && resources.some((resource) => cause.includes(resource));
  if (status === "FAILED" && error === "Local.NotServed" && isNamed) return undefined;
  return `${status} after ${resources.join(", ")}: ${error ?? ""} ${cause}`;
}
