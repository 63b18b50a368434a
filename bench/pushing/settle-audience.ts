import { setTimeout as pause } from "node:timers/promises";
import type { Channel } from "@callboard/protocol";
import type { Child } from "../children/child.ts";
import type { CallboardProcess } from "../processes/callboard.ts";
import type { Crowd } from "../processes/crowd.ts";
import { measure } from "./measure.ts";

const POLL_EVERY_MS = 1000;
const MAX_POLLS = 90;
const WARM_UPS = 3;

/**
 * Waits until a channel's audience is counted and its number of shards no longer grows. Pushes and counts make it grow,
 * so some are made only for that.
 */
export async function settleAudience(
  audience: {
    readonly server: Child<CallboardProcess>;
    readonly crowd: Child<Crowd>;
    readonly channel: Channel;
    readonly tell: (marker: string) => Promise<number>;
  },
  size: number,
): Promise<void> {
  const { server, channel } = audience;
  let quiet = 0;
  let known = "";
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    await measure(audience);
    await pause(POLL_EVERY_MS);
    await server.call("settled");
    const { shards, viewers } = await server.call("channel", channel);
    const seen = `${shards} ${viewers}`;
    quiet = seen === known && isAbout(viewers, size) ? quiet + 1 : 0;
    known = seen;
    if (quiet >= WARM_UPS) return;
  }
  throw new Error(`an audience of ${size} is not at rest: shards and viewers are ${known}`);
}

/** Large numbers of viewers are shown with three digits. */
const isAbout = (viewers: number, size: number): boolean => Math.abs(viewers - size) <= size / 200;
