import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "@callboard/core";

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms) => wait(ms),
};
