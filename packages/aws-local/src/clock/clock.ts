/** Time for the embedded services: what o'clock it is, and being called later. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `ms` from now; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Node's timers wait at most 2^31 - 1 ms; longer waits are taken in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own time. Timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    let timer: NodeJS.Timeout;
    const wait = (left: number) => {
      const step = Math.min(left, LONGEST_TIMER_MS);
      timer = setTimeout(() => (left > step ? wait(left - step) : run()), Math.max(0, step));
      timer.unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is told to move, for tests. */
export interface VirtualClock extends Clock {
  /** Moves on by `ms`, running what falls due in order and letting promises settle between. */
  advance(ms: number): Promise<void>;
}

export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let time = start;
  let order = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  const next = () =>
    [...timers].sort(([a, x], [b, y]) => x.at - y.at || a - b).find(([, timer]) => timer.at <= time);
  return {
    now: () => time,
    after(ms, run) {
      const id = order++;
      timers.set(id, { at: time + Math.max(0, ms), run });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const soonest = Math.min(...[...timers.values()].map((timer) => timer.at));
        if (soonest > end) break;
        time = Math.max(time, soonest);
        const [id, timer] = next()!;
        timers.delete(id);
        timer.run();
        await settle();
      }
      time = end;
    },
  };
}

/** Lets everything that is already resolved, and what it resolves, run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
}
