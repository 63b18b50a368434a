/** The HTTP API's limits. Sizes in bytes, durations in milliseconds. */
export interface HttpApiLimits {
  /** The request line and the headers together. */
  headBytes: number;
  /** Largest body of a request. */
  bodyBytes: number;
  /** Largest body of a function's answer: Lambda's own limit. */
  answerBytes: number;
  /** Timeout of the authorizer. */
  authorizerMs: number;
  /** Timeout of the integration. */
  integrationMs: number;
  /** Requests that are processed at the same time (Lambda's default concurrency). */
  inFlight: number;
  /** Requests, as a token bucket. */
  requestsPerSecond: number;
  requestBurst: number;
}

/**
 * The quotas of a new AWS account.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
export const awsHttpLimits: HttpApiLimits = {
  headBytes: 10_240,
  bodyBytes: 10 * 1024 * 1024,
  answerBytes: 6 * 1024 * 1024,
  authorizerMs: 10_000,
  integrationMs: 30_000,
  inFlight: 1_000,
  requestsPerSecond: 10_000,
  requestBurst: 5_000,
};
