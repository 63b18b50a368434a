import {
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidOutput,
  InvalidToken,
  KmsAccessDeniedException,
  KmsThrottlingException,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StateMachineTypeNotSupported,
  TaskDoesNotExist,
  TaskTimedOut,
  ValidationException,
} from "@aws-sdk/client-sfn";
import type { Executions, TaskOutcome, WaitOutcome } from "@callboard/core";
import { isPassing } from "./errors.ts";
import { waitHistory } from "./wait-history.ts";

/** A history has 25,000 events at most; a page has fewer than it may when the events are large. */
const MOST_PAGES = 50;
const EVENTS_A_PAGE = 1000;

/**
 * Waiting tasks of AWS Step Functions. What the service says for good, and what passes, are outcomes; anything else (a
 * missing permission, for one) propagates, and so reaches the alarms
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html).
 */
export function sfnExecutions(client: SFNClient): Executions {
  return {
    succeed: (taskToken, output) =>
      taskOutcome(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),

    heartbeat: (taskToken) => taskOutcome(client.send(new SendTaskHeartbeatCommand({ taskToken }))),

    /** Needs `states:GetExecutionHistory` alone: the newest event tells whether the execution has ended. */
    async waitOutcome(execution, taskToken, replyId) {
      const history = waitHistory(taskToken, replyId);
      let nextToken: string | undefined;
      try {
        for (let pages = 0; pages < MOST_PAGES; pages++) {
          const page = await client.send(
            new GetExecutionHistoryCommand({
              executionArn: execution,
              reverseOrder: true,
              includeExecutionData: true,
              maxResults: EVENTS_A_PAGE,
              nextToken,
            }),
          );
          for (const event of page.events ?? []) {
            const outcome = history.take(event);
            if (outcome) return outcome === "open" ? "unknown" : outcome;
          }
          nextToken = page.nextToken;
          if (nextToken === undefined) return history.atStart();
        }
        return history.cutShort();
      } catch (error) {
        return waitOutcomeOf(error);
      }
    },
  };
}

async function taskOutcome(sent: Promise<unknown>): Promise<TaskOutcome> {
  try {
    await sent;
    return "ok";
  } catch (error) {
    if (error instanceof TaskTimedOut) return "timed_out";
    if (error instanceof TaskDoesNotExist) return "missing";
    if (
      error instanceof InvalidOutput ||
      error instanceof InvalidToken ||
      error instanceof ValidationException
    )
      return "invalid";
    if (error instanceof KmsThrottlingException || isPassing(error)) return "again";
    throw error;
  }
}

function waitOutcomeOf(error: unknown): WaitOutcome {
  if (error instanceof ExecutionDoesNotExist) return "gone";
  if (
    error instanceof InvalidArn ||
    error instanceof KmsAccessDeniedException ||
    error instanceof StateMachineTypeNotSupported ||
    (error instanceof Error && error.name === "AccessDeniedException")
  )
    return "no_access";
  if (error instanceof KmsThrottlingException || error instanceof InvalidToken || isPassing(error))
    return "unknown";
  throw error;
}
