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
