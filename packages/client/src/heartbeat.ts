import type { ClientClock } from "./clock.ts";

/** A ping unanswered for this long means that the connection is dead, in milliseconds. */
const PONG_MS = 10_000;
/** However often the server asks for it, no more often than this, in milliseconds. */
const SHORTEST_MS = 1000;

/** Keeps one connection alive and finds out when it is dead. */
export interface Heartbeat {
  /** A message came that answers `re`. */
  answered(re: string): void;
  /** The gateway did not handle some message: a ping that is unanswered is sent again after one to two seconds. */
  refused(): void;
  /** Beats at once, unless a beat is under way: for when the machine may have slept. */
  beat(): void;
  /** The interval may have become shorter. */
  intervalChanged(): void;
  stop(): void;
}

export function startHeartbeat(options: {
  clock: ClientClock;
  random: () => number;
  /** How long to wait between a pong and the next ping, in milliseconds. */
  intervalMs: () => number;
  /** Sends one ping or several; returns their ids. */
  ping: () => string[];
  dead: () => void;
}): Heartbeat {
  const { clock, random, intervalMs, ping, dead } = options;
  const unanswered = new Set<string>();
  let restedAt = clock.now();
  let cancel: () => void = () => {};

  function send(): void {
    unanswered.clear();
    for (const id of ping()) unanswered.add(id);
    cancel();
    cancel = clock.after(PONG_MS, dead);
  }

  function rest(): void {
    cancel();
    const due = restedAt + Math.max(SHORTEST_MS, intervalMs());
    cancel = clock.after(Math.max(0, due - clock.now()), send);
  }

  rest();
  return {
    answered(re) {
      if (!unanswered.delete(re) || unanswered.size > 0) return;
      restedAt = clock.now();
      rest();
    },
    refused() {
      if (unanswered.size === 0) return;
      cancel();
      cancel = clock.after(1000 * (1 + random()), send);
    },
    beat() {
      if (unanswered.size === 0) send();
    },
    intervalChanged() {
      if (unanswered.size === 0) rest();
    },
    stop: () => cancel(),
  };
}
