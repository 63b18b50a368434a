import { systemClock } from "@callboard/functions";
import {
  type ExecutionFailure,
  type Finding,
  findingOfDeadLetter,
  findingOfFailure,
  findingOfSilence,
} from "./finding.ts";
import type { Target } from "./target.ts";

/** The ids of what a check has created, to find traces of it. */
export interface Traces {
  readonly subject: string;
  readonly executionArn: string;
  requestId?: string;
}

/** What is missing, and the function that should have produced it. */
export interface Missing {
  readonly what: string;
  readonly by: string;
}

/** Dead letters arrive after Lambda's retries, which take about three minutes on AWS. */
const pauseMs = { local: 500, deployment: 10_000 };

/**
 * Searches until `until` for the reason why something did not happen: in the execution's history, then in the
 * dead letters about it. Returns a finding even when nothing is found.
 */
export async function findCause(
  target: Target,
  traces: Traces,
  missing: Missing,
  until: number,
): Promise<Finding> {
  const pause = target.local ? pauseMs.local : pauseMs.deployment;
  for (;;) {
    const failure = await failureOf(target, traces.executionArn);
    if (failure) return findingOfFailure(failure);
    const letter = await deadLetterAbout(target, traces);
    if (letter) return findingOfDeadLetter(letter);
    if (!target.deadLetters || systemClock.now() + pause > until)
      return findingOfSilence(missing.what, missing.by, target.deadLetters !== undefined);
    await systemClock.wait(pause);
  }
}

/**
 * The oldest dead letter about the check's subject, request or execution; undefined also when the queue
 * cannot be read.
 */
async function deadLetterAbout({ deadLetters }: Target, { subject, requestId, executionArn }: Traces) {
  const about = [subject, requestId, executionArn];
  const found = await deadLetters?.().catch(() => []);
  return found?.find(({ event }) => event?.about !== undefined && about.includes(event.about));
}

interface HistoryEvent {
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name?: string };
  readonly [details: string]: unknown;
}

/** How an execution failed; undefined while it runs, when it succeeded, and when it may not be read. */
export async function failureOf(
  { states }: Pick<Target, "states">,
  executionArn: string,
): Promise<ExecutionFailure | undefined> {
  try {
    const { status } = await states.call("AWSStepFunctions.DescribeExecution", { executionArn });
    if (status === "RUNNING" || status === "SUCCEEDED") return undefined;
    const { events } = (await states.call("AWSStepFunctions.GetExecutionHistory", {
      executionArn,
      reverseOrder: true,
      maxResults: 20,
    })) as { events?: readonly HistoryEvent[] };
    const failed = events?.find(({ type }) => /^Task(Failed|TimedOut|SubmitFailed|StartFailed)$/.test(type));
    const entered = events?.find(({ type }) => type === "TaskStateEntered");
    const details = detailsOf(failed ?? events?.[0]);
    return {
      status: String(status),
      state: entered?.stateEnteredEventDetails?.name,
      error: details.error,
      cause: details.cause,
    };
  } catch {
    return undefined;
  }
}

/** The `taskFailedEventDetails` (or similar) of an event. */
function detailsOf(event: HistoryEvent | undefined): { error?: string; cause?: string } {
  const details = Object.entries(event ?? {}).find(([name]) => name.endsWith("EventDetails"))?.[1];
  return (details ?? {}) as { error?: string; cause?: string };
}
