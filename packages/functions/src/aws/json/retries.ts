import type { Clock } from "@callboard/core";

/** Why a call may be made again: it was held back, or what broke will pass. */
export type Passing = "throttled" | "transient";

/** How often and how soon a call is made again; the service and the SDK say what is usual. */
export interface RetryOptions {
  /** Most tries of a call in all. */
  readonly attempts: number;
  /** The first pause after a transient failure, at most, in milliseconds. */
  readonly baseMs: number;
  readonly clock: Pick<Clock, "wait">;
  /** From 0 to 1. */
  readonly random: () => number;
}

const MOST_CAPACITY = 500;
const LONGEST_PAUSE_MS = 20_000;
const THROTTLED_BASE_MS = 1000;
const LONGEST_MORE_MS = 5000;
const costs: Readonly<Record<Passing, number>> = { throttled: 5, transient: 14 };
/** What a call that needed no retry gives back. */
const SMALLEST_REFUND = 1;

/** The retries of one client; all of its calls draw on the same capacity. */
export interface Retries {
  /** Waits before the next try, whose number counts from 1; `cost` is to be given back when it succeeds. Undefined: no more. */
  before(retry: number, passing: Passing, retryAfterMs?: number): Promise<number> | undefined;
  /** A call has succeeded; `cost` is that of its last retry, if it needed one. */
  succeeded(cost?: number): void;
}

/**
 * The standard mode of the SDK
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html): full-jitter pauses that double, longer
 * ones where the service holds back, and a capacity that retries use up and successes refill, so that a service that is
 * down is not called three more times by everybody. A pause that the service asks for is kept, up to five seconds more.
 */
export function standardRetries({ attempts, baseMs, clock, random }: RetryOptions): Retries {
  let capacity = MOST_CAPACITY;
  return {
    before(retry, passing, retryAfterMs = 0) {
      const cost = costs[passing];
      if (retry >= attempts || capacity < cost) return undefined;
      capacity -= cost;
      const base = passing === "throttled" ? THROTTLED_BASE_MS : baseMs;
      const own = Math.floor(random() * Math.min(LONGEST_PAUSE_MS, base * 2 ** (retry - 1)));
      const pause = Math.max(own, Math.min(retryAfterMs, own + LONGEST_MORE_MS));
      return pause > 0 ? clock.wait(pause).then(() => cost) : Promise.resolve(cost);
    },
    succeeded(cost = SMALLEST_REFUND) {
      capacity = Math.min(MOST_CAPACITY, capacity + cost);
    },
  };
}

const throttlingErrors: ReadonlySet<string> = new Set([
  "BandwidthLimitExceeded",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);
const transientErrors: ReadonlySet<string> = new Set([
  "TimeoutError",
  "RequestTimeout",
  "RequestTimeoutException",
  "ReplicatedWriteConflictException",
]);
const transientStatuses: ReadonlySet<number> = new Set([500, 502, 503, 504]);
const transientCodes: ReadonlySet<string> = new Set([
  ...["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT"],
  ...["EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"],
  ...["UND_ERR_SOCKET", "UND_ERR_CONNECT_TIMEOUT", "TimeoutError"],
]);

/** Whether an error that a service answered with will pass; the classes are the SDK's. */
export function passingError(name: string, status: number): Passing | undefined {
  if (status === 429 || throttlingErrors.has(name)) return "throttled";
  return transientErrors.has(name) || transientStatuses.has(status) ? "transient" : undefined;
}

/** Whether what kept an answer from coming will pass. */
export const passingCode = (code: string): Passing | undefined =>
  transientCodes.has(code) ? "transient" : undefined;
