import type { ClientClock } from "../clock.ts";

/** The clock of a machine that may sleep: time passes during the sleep, but no timer runs. */
interface SleepyClock extends ClientClock {
  sleep(): void;
  /** Each timer has as much time left as when the machine fell asleep. */
  wake(): void;
}

interface Timer {
  run: () => void;
  /** The time left when the machine last woke, or when the timer was set. */
  leftMs: number;
  since: number;
  cancel: () => void;
}

export function sleepyClock(clock: ClientClock): SleepyClock {
  const timers = new Set<Timer>();
  let asleep = false;

  function start(timer: Timer): void {
    timer.since = clock.now();
    timer.cancel = clock.after(timer.leftMs, () => {
      timers.delete(timer);
      timer.run();
    });
  }

  return {
    now: clock.now,
    after(ms, run) {
      const timer: Timer = { run, leftMs: ms, since: 0, cancel: () => {} };
      timers.add(timer);
      if (!asleep) start(timer);
      return () => {
        timers.delete(timer);
        timer.cancel();
      };
    },
    sleep() {
      if (asleep) return;
      asleep = true;
      for (const timer of timers) {
        timer.cancel();
        timer.leftMs = Math.max(0, timer.leftMs - (clock.now() - timer.since));
      }
    },
    wake() {
      if (!asleep) return;
      asleep = false;
      for (const timer of timers) start(timer);
    },
  };
}
