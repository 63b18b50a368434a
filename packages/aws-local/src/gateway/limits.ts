import type { Clock } from "../clock/clock.ts";

/** The gateway's limits. Sizes in bytes, durations in milliseconds. */
export interface GatewayLimits {
  /** Largest payload of one client frame; a larger one closes the connection with 1009. */
  frameBytes: number;
  /** Largest message in either direction; a larger one closes the client with 1009, or the post is refused. */
  messageBytes: number;
  /** A connection without a message in either direction for this long is closed. Protocol pings do not count. */
  idleMs: number;
  /** Longest life of a connection. */
  lifetimeMs: number;
  /** Timeout of an integration or the authorizer. */
  integrationMs: number;
  /** Largest authorizer result, as JSON. */
  authorizerResultBytes: number;
  /** Bytes that may wait for one slow client before posts to it are throttled. */
  sendBufferBytes: number;
  /** Connections that are open or opening. */
  connections: number;
  /** Messages of one connection that are processed at the same time. */
  inFlightPerConnection: number;
  /** Messages of all connections that are processed at the same time (Lambda's default concurrency). */
  inFlight: number;
  /** Messages and `@connections` calls, as a token bucket. */
  requestsPerSecond: number;
  requestBurst: number;
  /** New connections, as a token bucket that holds one second's worth. */
  connectsPerSecond: number;
}

/**
 * The quotas of a new AWS account, and limits of our own where AWS publishes none.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const awsLimits: GatewayLimits = {
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  idleMs: 10 * 60_000,
  lifetimeMs: 2 * 60 * 60_000,
  integrationMs: 29_000,
  authorizerResultBytes: 8 * 1024,
  sendBufferBytes: 1024 * 1024,
  connections: 10_000,
  inFlightPerConnection: 128,
  inFlight: 1_000,
  requestsPerSecond: 10_000,
  requestBurst: 5_000,
  connectsPerSecond: 500,
};

/** Takes one token if there is one, and returns whether; `now` saves a call of the clock. */
export type TakeToken = (now?: number) => boolean;

/** A bucket of tokens, full at the start. */
export function tokenBucket(clock: Clock, perSecond: number, burst: number): TakeToken {
  let tokens = burst;
  let filledAt = clock.now();
  return (now = clock.now()) => {
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
