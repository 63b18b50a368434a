import type { Catcher, Retrier } from "./asl.ts";
import { LONGEST_CAUSE, LONGEST_ERROR } from "./history.ts";
import type { Failure } from "./records.ts";

/** A state that failed, on its way to Retry, to Catch, or to the end of its flow. */
export class StateFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.error ?? "a failure without a name"}: ${failure.cause ?? ""}`);
    this.name = "StateFailure";
    this.failure = shortened(failure);
  }
}

/** A failure with as much of its name and its cause as AWS keeps: the rest would be too much for whoever catches it. */
export const shortened = ({ error, cause, ...more }: Failure): Failure => ({
  ...more,
  ...(error !== undefined && { error: error.slice(0, LONGEST_ERROR) }),
  ...(cause !== undefined && { cause: cause.slice(0, LONGEST_CAUSE) }),
});

/** Thrown into a flow that may go on no longer: a sibling failed, or the execution ended. */
export class Cancelled extends Error {
  constructor() {
    super("the flow was cancelled");
    this.name = "Cancelled";
  }
}

/** The failure of a state whose data is over the limit, in AWS's words. */
export function dataLimitExceeded(name: string): Failure {
  return {
    error: "States.DataLimitExceeded",
    cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  };
}

/** The error of a state for which nothing here does what it asks for. AWS has no such error: there it would be done. */
export const NOT_SERVED = "Local.NotServed";

/**
 * The first retrier or catcher that names a failure. `States.ALL` does not match `States.DataLimitExceeded`,
 * `States.TaskFailed` no timeout, and nothing matches `States.Runtime` or what is not served here.
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

const LONGEST_DELAY_SECONDS = 31_622_400;

/**
 * How long to wait before the next attempt, in milliseconds, or undefined when none is left. `done` counts the
 * retries that this retrier has already had; `random` is in [0, 1).
 */
export function retryDelayMs(retrier: Retrier, done: number, random: () => number): number | undefined {
  if (done >= (retrier.MaxAttempts ?? 3)) return undefined;
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** done;
  const delay = Math.min(grown, retrier.MaxDelaySeconds ?? LONGEST_DELAY_SECONDS, LONGEST_DELAY_SECONDS);
  return Math.round(delay * 1000 * (retrier.JitterStrategy === "FULL" ? random() : 1));
}
