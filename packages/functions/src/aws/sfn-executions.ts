import type { Executions, TaskOutcome, WaitOutcome } from "@callboard/core";
import type { StepFunctions } from "./clients.ts";
import { isPassing, ServiceError } from "./json/service.ts";
import { type HistoryEvent, waitHistory } from "./wait-history.ts";

/** A history has at most 25,000 events; a page of large events has fewer than the maximum. */
const MAX_PAGES = 50;
const EVENTS_A_PAGE = 1000;

interface HistoryPage {
  readonly events?: readonly HistoryEvent[];
  readonly nextToken?: string | null;
}

/**
 * Waiting tasks of AWS Step Functions. The service's final and its transient failures are outcomes. Any other error, such
 * as a missing permission, propagates and so reaches the alarms
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html).
 */
export function sfnExecutions(states: StepFunctions): Executions {
  return {
    succeed: (taskToken, output) =>
      taskOutcome(
        states.call("AWSStepFunctions.SendTaskSuccess", { taskToken, output: JSON.stringify(output) }),
      ),

    heartbeat: (taskToken) => taskOutcome(states.call("AWSStepFunctions.SendTaskHeartbeat", { taskToken })),

    /** Needs only `states:GetExecutionHistory`: the newest event tells whether the execution has ended. */
    async waitOutcome(execution, taskToken, replyId) {
      const history = waitHistory(taskToken, replyId);
      let nextToken: string | undefined;
      try {
        for (let pages = 0; pages < MAX_PAGES; pages++) {
          const page: HistoryPage = await states.call("AWSStepFunctions.GetExecutionHistory", {
            executionArn: execution,
            reverseOrder: true,
            includeExecutionData: true,
            maxResults: EVENTS_A_PAGE,
            nextToken,
          });
          for (const event of page.events ?? []) {
            const outcome = history.take(event);
            if (outcome) return outcome === "open" ? "unknown" : outcome;
          }
          nextToken = page.nextToken ?? undefined;
          if (nextToken === undefined) return history.atStart();
        }
        return history.cutShort();
      } catch (error) {
        return waitOutcomeOf(error);
      }
    },
  };
}

/** The service's final answers about a task. */
const taskOutcomes: Readonly<Record<string, TaskOutcome>> = {
  TaskTimedOut: "timed_out",
  TaskDoesNotExist: "missing",
  InvalidOutput: "invalid",
  InvalidToken: "invalid",
  ValidationException: "invalid",
  KmsThrottlingException: "again",
};

async function taskOutcome(sent: Promise<unknown>): Promise<TaskOutcome> {
  try {
    await sent;
    return "ok";
  } catch (error) {
    const outcome = taskOutcomes[nameOf(error)] ?? (isPassing(error) ? "again" : undefined);
    if (outcome) return outcome;
    throw error;
  }
}

/** The service's final answers about an execution's history. */
const waitOutcomes: Readonly<Record<string, WaitOutcome>> = {
  ExecutionDoesNotExist: "gone",
  InvalidArn: "no_access",
  KmsAccessDeniedException: "no_access",
  StateMachineTypeNotSupported: "no_access",
  AccessDeniedException: "no_access",
  KmsThrottlingException: "unknown",
  InvalidToken: "unknown",
};

function waitOutcomeOf(error: unknown): WaitOutcome {
  const outcome = waitOutcomes[nameOf(error)] ?? (isPassing(error) ? "unknown" : undefined);
  if (outcome) return outcome;
  throw error;
}

const nameOf = (error: unknown): string => (error instanceof ServiceError ? error.name : "");
