import { setImmediate } from "node:timers/promises";
import type { Clock } from "@callboard/core";
import { pageConnections } from "./shards.ts";

/**
 * Posts a second for one channel unless a deployment says otherwise: half of the requests that API Gateway takes by
 * default from all APIs of an account in a Region
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
 */
export const defaultPostsPerSecond = 5000;

/**
 * What one invocation should post in a second, so that its processor has room; where there are fewer shards than sweeps
 * would be needed, it posts more.
 */
const sweepPostsPerSecond = 2500;

/** Between two pushes to a small audience, which is posted to at once. */
const smallSpacingMs = 250;

/** Longer than this nobody who has promised a push may wait for its time: an invocation pays for it. */
const longestSpacingMs = 2000;

/**
 * Time between two pushes of a channel with so many shards: in it everybody is posted to once, were all shards full. It
 * is capped, since a push that comes sooner joins the sweep that goes round, whose posts are bounded by the rate
 * whatever the spacing is; and a promise many seconds ahead would keep an invocation waiting, or be lost with it.
 */
export function spacingOf(shards: number, postsPerSecond: number): number {
  if (shards <= 1) return smallSpacingMs;
  const roundMs = Math.ceil((shards * pageConnections * 1000) / postsPerSecond);
  return Math.min(longestSpacingMs, Math.max(smallSpacingMs, roundMs));
}

/** How many sweeps share the shards of a channel, so that together they make what is allowed. */
export const sweepsOf = (shards: number, postsPerSecond: number): number =>
  Math.min(shards, Math.ceil(postsPerSecond / sweepPostsPerSecond));

/** Posts are let go in bursts of what so many milliseconds allow, so that not each of them needs a timer. */
const burstMs = 20;

/** Tells whoever may go when to go on; undefined: at once. */
export type Turn = () => Promise<void> | undefined;

/** Lets somebody go so many times a second at most; time in which nobody came is not made up for. */
export function pace(clock: Clock, perSecond: number): Turn {
  let next = clock.now();
  return () => {
    const now = clock.now();
    const turn = Math.max(next, now - burstMs);
    next = turn + 1000 / perSecond;
    return turn > now ? clock.wait(turn - now) : undefined;
  };
}

/** Posts that are made at once, without an answer to wait for, until others have their turn. */
const postsInOneGo = 128;

/**
 * Lets the process read and answer others between posts that are made at once: after so many of them, all who post wait
 * for the next turn of the event loop.
 */
export function breathing(): Turn {
  let posts = 0;
  let pause: Promise<void> | undefined;
  return () => {
    if (pause) return pause;
    if (++posts % postsInOneGo > 0) return undefined;
    pause = setImmediate().then(() => {
      pause = undefined;
    });
    return pause;
  };
}
