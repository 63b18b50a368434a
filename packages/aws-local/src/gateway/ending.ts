import type { Clock } from "../clock/clock.ts";

/** Something that ends by itself at a time that may move on, but never closer. */
export interface Ending {
  /** In milliseconds since the epoch, as it stands now. */
  endsAt(): number;
  /** Called once its time has come. */
  end(): void;
}

/** How long those that are due may wait for a common sweep, in milliseconds. */
const SWEEP_MS = 1_000;

/**
 * Ends what is due, with one timer for all: ten thousand connections need no timers of their own. Each ends at its time,
 * or up to a second later where many do.
 */
export function endings(clock: Clock, all: ReadonlyMap<string, Ending>): { watch(): void; stop(): void } {
  let cancel: (() => void) | undefined;

  function sweep(): void {
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const one of all.values()) {
      const at = one.endsAt();
      if (at <= now) one.end();
      else next = Math.min(next, at);
    }
    cancel = next < Number.POSITIVE_INFINITY ? clock.after(Math.max(next - now, SWEEP_MS), sweep) : undefined;
  }

  return {
    /** Begins to watch, when something was added: it ends no sooner than what the running timer waits for. */
    watch() {
      if (!cancel) sweep();
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
