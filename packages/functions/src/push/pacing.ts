import { setImmediate } from "node:timers/promises";
import type { Clock } from "@callboard/core";
import { PAGE_CONNECTIONS } from "./shards.ts";

/**
 * Default posts per second for one channel: half of the requests per second that API Gateway's default quota allows all
 * APIs of an account in a Region (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
 */
export const DEFAULT_POSTS_PER_SECOND = 5000;

/**
 * Posts per second that one invocation should make, so that its CPU is not full; with fewer shards than sweeps would be
 * needed, it makes more.
 */
const SWEEP_POSTS_PER_SECOND = 2500;

/** Time between two pushes to a small audience, which is posted to at once. */
const SMALL_SPACING_MS = 250;

/** The longest wait for a push's time: an invocation pays for the wait. */
const MAX_SPACING_MS = 2000;

/**
 * Time between two pushes of a channel with this many shards: long enough to post once to everybody, if all shards were
 * full. It is capped. A push that comes sooner joins the running sweep, whose posts are limited by the rate in any
 * case. An invocation that waits long costs money, and may die and lose the push.
 */
export function spacingOf(shards: number, postsPerSecond: number): number {
  if (shards <= 1) return SMALL_SPACING_MS;
  const roundMs = Math.ceil((shards * PAGE_CONNECTIONS * 1000) / postsPerSecond);
  return Math.min(MAX_SPACING_MS, Math.max(SMALL_SPACING_MS, roundMs));
}

/** How many sweeps share the shards of a channel, so that together they reach the allowed rate. */
export const sweepsOf = (shards: number, postsPerSecond: number): number =>
  Math.min(shards, Math.ceil(postsPerSecond / SWEEP_POSTS_PER_SECOND));

/** Posts start in bursts, each as large as the rate allows for this time, so that not every post needs a timer. */
const BURST_MS = 20;

/** Returns when the next post may start; undefined: at once. */
export type Turn = () => Promise<void> | undefined;

/** Limits starts to a rate per second; unused time is not made up for. */
export function pace(clock: Clock, perSecond: number): Turn {
  let next = clock.now();
  return () => {
    const now = clock.now();
    const turn = Math.max(next, now - BURST_MS);
    next = turn + 1000 / perSecond;
    return turn > now ? clock.wait(turn - now) : undefined;
  };
}

/** Synchronous posts that are made before others get a turn. */
const POSTS_IN_ONE_GO = 128;

/**
 * Lets the process read and answer other requests between synchronous posts: after this many, all posts wait for the next
 * turn of the event loop.
 */
export function breathing(): Turn {
  let posts = 0;
  let pause: Promise<void> | undefined;
  return () => {
    if (pause) return pause;
    if (++posts % POSTS_IN_ONE_GO > 0) return undefined;
    pause = setImmediate().then(() => {
      pause = undefined;
    });
    return pause;
  };
}
