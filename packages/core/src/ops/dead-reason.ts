import * as z from "zod/mini";

/** Why something lies in a dead-letter queue. */
export interface DeadReason {
  /** EventBridge's error code, or the type of the error that the function threw. */
  readonly code: string;
  /** Left out where it could repeat what the event holds. */
  readonly message?: string;
  /** The rule whose target it was for. */
  readonly rule?: string;
}

const longestMessage = 300;

/**
 * From the attributes that EventBridge (and its scheduler) sets on a message
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
export function undeliveredReason(attributes: Readonly<Record<string, string>>): DeadReason {
  const { ERROR_CODE: code = "unknown", ERROR_MESSAGE: message, RULE_ARN: arn } = attributes;
  const rule = arn?.split(":rule/")[1];
  return {
    code,
    ...(message ? { message: message.slice(0, longestMessage) } : {}),
    ...(rule ? { rule } : {}),
  };
}

const ErrorPayload = z.object({
  errorType: z.optional(z.string()),
  errorMessage: z.optional(z.string()),
});

/** Errors whose messages never hold what the event holds: ours that promise it, the runtime's, and AWS's refusals. */
const discreet =
  /^(BadEvent|BusRefused|TimeoutError|ResourceNotFoundException|AccessDenied\w*|Throttling\w*|ProvisionedThroughputExceeded\w*|(Sandbox|Runtime|Lambda)\.[\w.]+)$/;

/**
 * From the record that Lambda sends to an on-failure destination
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 */
export function failedReason(condition: string | undefined, responsePayload: unknown): DeadReason {
  const { errorType, errorMessage } = ErrorPayload.safeParse(responsePayload).data ?? {};
  const code = errorType ?? condition ?? "unknown";
  const message = discreet.test(code) ? errorMessage : timedOut(errorMessage);
  return { code, ...(message ? { message: message.slice(0, longestMessage) } : {}) };
}

/** Lambda names no type for a function that ran out of time. */
const timedOut = (message: string | undefined): string | undefined =>
  message && /Task timed out after [\d.]+ seconds/.exec(message)?.[0];
