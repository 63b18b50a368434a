/** Time for the embedded services: the current time, and timers. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `ms` from now; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The parts of a clock: two ways to read the time, and short timers, which need not keep a process alive. */
export interface Timekeeper {
  /** Milliseconds since the Unix epoch: advances while the machine sleeps, and can be set. */
  wall(): number;
  /** Milliseconds since some fixed moment: never goes back, and may stop while the machine sleeps. */
  monotonic(): number;
  /** Calls `run` once, after `ms` of monotonic time; returns a function that cancels it. */
  later(ms: number, run: () => void): () => void;
}

const TICK_MS = 1_000;
/** When less than this is left of a timer, it gets its own: a tick may come slightly late. */
const SHORT_MS = 1.25 * TICK_MS;

/**
 * A clock whose timers follow wall-clock or monotonic time, whichever has advanced more. So a timer that became due while
 * the machine slept runs within a second after it wakes, and setting the wall clock back does not delay a timer. Timers
 * of more than a second share one tick, which runs only while there are any.
 */
export function clockOf({ wall, monotonic, later }: Timekeeper): Clock {
  interface Long {
    /** When it is due, in each kind of time. */
    readonly wall: number;
    readonly monotonic: number;
    readonly run: () => void;
    /** Set when so little time is left that it has a timer of its own. */
    cancel?: () => void;
  }
  const long = new Set<Long>();
  let cancelTick: (() => void) | undefined;

  const tick = () => {
    const [byWall, byMonotonic] = [wall(), monotonic()];
    for (const timer of long) {
      const left = Math.min(timer.wall - byWall, timer.monotonic - byMonotonic);
      if (left > SHORT_MS || timer.cancel) continue;
      timer.cancel = later(Math.max(0, left), () => {
        leave(timer);
        timer.run();
      });
    }
    cancelTick = later(TICK_MS, tick);
  };
  const leave = (timer: Long) => {
    timer.cancel?.();
    if (!long.delete(timer) || long.size > 0) return;
    cancelTick?.();
    cancelTick = undefined;
  };

  return {
    now: wall,
    after(ms, run) {
      if (ms <= SHORT_MS) return later(Math.max(0, ms), run);
      const timer: Long = { wall: wall() + ms, monotonic: monotonic() + ms, run };
      long.add(timer);
      cancelTick ??= later(TICK_MS, tick);
      return () => leave(timer);
    },
  };
}

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: Clock = clockOf({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  later(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
});

/** A clock for tests that advances only on request. */
export interface VirtualClock extends Clock {
  /** Advances by `ms`. Due timers run in order, and promises settle in between. */
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

/** The clock of a machine that can be put to sleep, for tests. */
export interface SleepingClock extends VirtualClock {
  /** The machine sleeps: the wall clock advances by `ms`, and nothing runs. */
  sleep(ms: number): void;
  /** The wall clock is set forward or back by `ms`. */
  set(ms: number): void;
  /** Number of the machine's timers that are set. */
  timers(): number;
}

export function sleepingClock(start = Date.UTC(2026, 0, 1)): SleepingClock {
  const awake = virtualClock(0);
  let ahead = start;
  let timers = 0;
  const jump = (ms: number) => {
    ahead += ms;
  };
  const clock = clockOf({
    wall: () => awake.now() + ahead,
    monotonic: awake.now,
    later(ms, run) {
      timers++;
      let isSet = true;
      const end = () => {
        if (isSet) timers--;
        isSet = false;
      };
      const cancel = awake.after(ms, () => {
        end();
        run();
      });
      return () => {
        end();
        cancel();
      };
    },
  });
  return { ...clock, advance: awake.advance, sleep: jump, set: jump, timers: () => timers };
}

/** Lets everything run that is already resolved, and whatever that resolves. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
}
