import { systemClock } from "@callboard/functions";
import {
  type ExecutionFailure,
  type Finding,
  findingOfFailure,
  findingOfLetter,
  findingOfSilence,
} from "./finding.ts";
import type { Target } from "./target.ts";

/** What a check has put into the world, by which traces of it are found. */
export interface Traces {
  readonly subject: string;
  readonly executionArn: string;
  requestId?: string;
}

/** What is missing, and whose work it is. */
export interface Missing {
  readonly what: string;
  readonly by: string;
}

/** Dead letters come after Lambda's retries, which take about three minutes on AWS. */
const lookAgainMs = { local: 500, deployment: 10_000 };

/**
 * Looks for why something did not happen, until `until`: in the execution's history, then in the dead letters that are
 * about it. Whoever finds nothing says so.
 */
export async function findCause(
  target: Target,
  traces: Traces,
  missing: Missing,
  until: number,
): Promise<Finding> {
  const pause = target.local ? lookAgainMs.local : lookAgainMs.deployment;
  for (;;) {
    const failure = await failureOf(target, traces.executionArn);
    if (failure) return findingOfFailure(failure);
    const letter = await letterAbout(target, traces);
    if (letter) return findingOfLetter(letter);
    if (!target.letters || systemClock.now() + pause > until)
      return findingOfSilence(missing.what, missing.by, target.letters !== undefined);
    await systemClock.wait(pause);
  }
}

/** The oldest that is about the check's subject, request or execution. A queue that cannot be read tells nothing. */
async function letterAbout({ letters }: Target, { subject, requestId, executionArn }: Traces) {
  const about = [subject, requestId, executionArn];
  const found = await letters?.().catch(() => []);
  return found?.find(({ event }) => event?.about !== undefined && about.includes(event.about));
}

interface HistoryEvent {
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name?: string };
  readonly [details: string]: unknown;
}

/** How an execution failed; undefined while it runs, once it has ended well, and where it may not be read. */
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

/** `taskFailedEventDetails` and the like: whichever an event has. */
function detailsOf(event: HistoryEvent | undefined): { error?: string; cause?: string } {
  const details = Object.entries(event ?? {}).find(([name]) => name.endsWith("EventDetails"))?.[1];
  return (details ?? {}) as { error?: string; cause?: string };
}
