/** Time for the client: the current time, and timers. */
export interface ClientClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `ms` from now; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's own time. */
export const systemClock: ClientClock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** The server's time, taken from its answers; before the first one it is the machine's. */
export interface ServerTime {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Takes the server time of an answer that has just arrived. */
  set(serverTime: number): void;
}

/**
 * Keeps the difference between the machine's clock and the server's. The answer's travel time is not
 * corrected, so the time is late by that much.
 */
export function createServerTime(clock: ClientClock): ServerTime {
  let aheadMs = 0;
  return {
    now: () => clock.now() + aheadMs,
    set(serverTime) {
      aheadMs = serverTime - clock.now();
    },
  };
}
