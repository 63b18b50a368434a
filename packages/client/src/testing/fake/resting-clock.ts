import { type ManualClock, manualClock } from "../manual-clock.ts";

/** A clock that does not move by itself, but runs what is due at once. */
export interface RestingClock extends ManualClock {
  /** Something happened, and more may follow without any time passing. */
  stir(): void;
  /** Resolves when nothing has happened for some turns. Throws when it never ends. */
  settled(): Promise<void>;
}

/** Turns of the microtask queue without any activity; one thing needs fewer turns to cause the next. */
const QUIET_TURNS = 100;
const MAX_TURNS = 1_000_000;

/** It waits with promises alone: test runners do not fake them and every realm has them. */
export function restingClock(start: number): RestingClock {
  let stirs = 0;
  const stir = () => {
    stirs++;
  };

  async function settled(): Promise<void> {
    let seen = stirs;
    let quiet = 0;
    for (let turns = 0; quiet < QUIET_TURNS; turns++) {
      if (turns > MAX_TURNS) throw new Error("the fake does not become idle: something repeats without end");
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

/** The same ports, but every call also calls `stir`. */
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
