/** Time for the client: what o'clock it is, and being called later. */
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

/** The server's time as its answers tell it; until the first one the machine's. */
export interface ServerTime {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** An answer has just come that the server wrote at that time. */
  told(serverTime: number): void;
}

/** Keeps how far the machine's clock is off. The way of an answer is not made up for: it makes the time late by as much. */
export function createServerTime(clock: ClientClock): ServerTime {
  let aheadMs = 0;
  return {
    now: () => clock.now() + aheadMs,
    told(serverTime) {
      aheadMs = serverTime - clock.now();
    },
  };
}
