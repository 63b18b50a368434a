import type { Catcher, Retrier } from "./asl.ts";
import { MAX_CAUSE_LENGTH, MAX_ERROR_LENGTH } from "./history.ts";
import type { Failure } from "./records.ts";

/** A failed state, on its way to Retry, to Catch, or to the end of its flow. */
export class StateFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.error ?? "a failure without a name"}: ${failure.cause ?? ""}`);
    this.name = "StateFailure";
    this.failure = shortened(failure);
  }
}

/** A failure with its name and cause cut to AWS's limits: a longer text would be too much for a state that catches it. */
export const shortened = ({ error, cause, ...more }: Failure): Failure => ({
  ...more,
  ...(error !== undefined && { error: error.slice(0, MAX_ERROR_LENGTH) }),
  ...(cause !== undefined && { cause: cause.slice(0, MAX_CAUSE_LENGTH) }),
});

/** Thrown into a flow that must stop: a sibling failed, or the execution ended. */
export class Cancelled extends Error {
  constructor() {
    super("the flow was cancelled");
    this.name = "Cancelled";
  }
}

/** The failure of a state whose data are over the limit, in AWS's words. */
export function dataLimitExceeded(name: string): Failure {
  return {
    error: "States.DataLimitExceeded",
    cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  };
}

/** The error of a state whose service is not available here. AWS has no such error. */
export const NOT_SERVED = "Local.NotServed";

/**
 * The first retrier or catcher that matches a failure. `States.ALL` does not match `States.DataLimitExceeded`,
 * `States.TaskFailed` matches no timeout, and nothing matches `States.Runtime` or a missing service.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function handlerOf<H extends Retrier | Catcher>(
  handlers: readonly H[] | undefined,
  failure: Failure,
): { handler: H; index: number } | undefined {
  const index = (handlers ?? []).findIndex((handler) =>
    handler.ErrorEquals.some((name) => matches(name, failure)),
  );
  const handler = handlers?.[index];
  return handler && { handler, index };
}

function matches(name: string, { error, heartbeatMissed }: Failure): boolean {
  if (error === "States.Runtime" || error === NOT_SERVED) return false;
  if (name === error) return true;
  if (name === "States.HeartbeatTimeout") return heartbeatMissed === true;
  if (name === "States.ALL") return error !== "States.DataLimitExceeded";
  if (name === "States.TaskFailed") {
    return error !== "States.Timeout" && error !== "States.DataLimitExceeded";
  }
  return false;
}

const MAX_DELAY_SECONDS = 31_622_400;

/**
 * The wait before the next attempt, in milliseconds, or undefined if none is left. `done` is how often this retrier was
 * used before; `random` is in [0, 1).
 */
export function retryDelayMs(retrier: Retrier, done: number, random: () => number): number | undefined {
  if (done >= (retrier.MaxAttempts ?? 3)) return undefined;
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** done;
  const delay = Math.min(grown, retrier.MaxDelaySeconds ?? MAX_DELAY_SECONDS, MAX_DELAY_SECONDS);
  return Math.round(delay * 1000 * (retrier.JitterStrategy === "FULL" ? random() : 1));
}
