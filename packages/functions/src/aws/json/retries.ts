import type { Clock } from "@callboard/core";

/** Why a call may be retried: it was throttled, or the failure is transient. */
export type Passing = "throttled" | "transient";

/** How often and how soon a call is retried; the defaults depend on the service and the SDK. */
export interface RetryOptions {
  /** Most tries of a call, the first included. */
  readonly attempts: number;
  /** The first pause after a transient failure, at most, in milliseconds. */
  readonly baseMs: number;
  readonly clock: Pick<Clock, "wait">;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
}

const MAX_CAPACITY = 500;
const MAX_PAUSE_MS = 20_000;
const THROTTLED_BASE_MS = 1000;
const MAX_MORE_MS = 5000;
const costs: Readonly<Record<Passing, number>> = { throttled: 5, transient: 14 };
/** The capacity that a call without retries gives back. */
const SMALLEST_REFUND = 1;

/** The retries of one client; all of its calls share one capacity. */
export interface Retries {
  /**
   * Waits before the next try, which counts from 1. `cost` is given back when that try succeeds. Undefined: no more
   * retries.
   */
  before(retry: number, passing: Passing, retryAfterMs?: number): Promise<number> | undefined;
  /** Reports a successful call; `cost` is that of its last retry, if it had one. */
  succeeded(cost?: number): void;
}

/**
 * The SDK's standard mode (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html): full-jitter
 * pauses that double, longer ones after throttling, and a capacity that retries use and successes refill. So callers do
 * not triple the load on a failing service. A pause that the service requests is kept, up to five seconds more.
 */
export function standardRetries({ attempts, baseMs, clock, random }: RetryOptions): Retries {
  let capacity = MAX_CAPACITY;
  return {
    before(retry, passing, retryAfterMs = 0) {
      const cost = costs[passing];
      if (retry >= attempts || capacity < cost) return undefined;
      capacity -= cost;
      const base = passing === "throttled" ? THROTTLED_BASE_MS : baseMs;
      const own = Math.floor(random() * Math.min(MAX_PAUSE_MS, base * 2 ** (retry - 1)));
      const pause = Math.max(own, Math.min(retryAfterMs, own + MAX_MORE_MS));
      return pause > 0 ? clock.wait(pause).then(() => cost) : Promise.resolve(cost);
    },
    succeeded(cost = SMALLEST_REFUND) {
      capacity = Math.min(MAX_CAPACITY, capacity + cost);
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

/** Whether an error from a service is transient; the error classes are the SDK's. */
export function passingError(name: string, status: number): Passing | undefined {
  if (status === 429 || throttlingErrors.has(name)) return "throttled";
  return transientErrors.has(name) || transientStatuses.has(status) ? "transient" : undefined;
}

/** Whether a failure to get an answer is transient. */
export const passingCode = (code: string): Passing | undefined =>
  transientCodes.has(code) ? "transient" : undefined;
