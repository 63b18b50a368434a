import { type ManualClock, manualClock } from "../manual-clock.ts";

/** A clock that stands still, on which what is to happen at once does so without being moved. */
export interface RestingClock extends ManualClock {
  /** Something was done, so that more may follow from it without any time passing. */
  stir(): void;
  /** Resolves once nothing was done for a while. Throws when it goes on without end. */
  settled(): Promise<void>;
}

/** Turns of the microtask queue in which nothing was done: what follows from one thing takes fewer to the next. */
const QUIET_TURNS = 100;
const MOST_TURNS = 1_000_000;

/** It waits by promises alone, which no test runner fakes and every realm has. */
export function restingClock(start: number): RestingClock {
  let stirs = 0;
  const stir = () => {
    stirs++;
  };

  async function settled(): Promise<void> {
    let seen = stirs;
    let quiet = 0;
    for (let turns = 0; quiet < QUIET_TURNS; turns++) {
      if (turns > MOST_TURNS)
        throw new Error("the fake does not come to rest: something goes on without end");
      await Promise.resolve();
      quiet = stirs === seen ? quiet + 1 : 0;
      seen = stirs;
    }
  }

  const manual = manualClock(start, settled);
  return {
    ...manual,
    stir,
    settled,
    after(ms, run) {
      stir();
      if (ms > 0)
        return manual.after(ms, () => {
          stir();
          run();
        });
      let isDue = true;
      void Promise.resolve().then(() => {
        if (!isDue) return;
        stir();
        run();
      });
      return () => {
        isDue = false;
      };
    },
  };
}

/** The same ports, whose every call stirs the clock. */
export function stirring<Ports extends object>(ports: Ports, stir: () => void): Ports {
  const watched = Object.entries(ports).map(([name, port]) => [name, watch(port, stir)]);
  return Object.fromEntries(watched) as Ports;
}

function watch(port: unknown, stir: () => void): unknown {
  if (typeof port !== "object" || port === null || Object.getPrototypeOf(port) !== Object.prototype)
    return port;
  const calls = Object.entries(port).map(([name, call]) => [
    name,
    typeof call === "function"
      ? (...args: unknown[]) => {
          stir();
          return (call as (...args: unknown[]) => unknown)(...args);
        }
      : call,
  ]);
  return Object.fromEntries(calls);
}
