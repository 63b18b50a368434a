import type { Clock } from "../clock/clock.ts";

/** Something that ends at a time, which may move to later but not to earlier. */
export interface Ending {
  /** In milliseconds since the epoch, as it is now. */
  endsAt(): number;
  /** Called once when its time has come. */
  end(): void;
}

/** How long due members may wait for a common sweep, in milliseconds. */
const SWEEP_MS = 1_000;

/**
 * Ends members when they are due, with one timer for all: ten thousand connections need no timers of their own. Each ends
 * at its time, or up to a second later when there are many.
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
    /** Starts to watch after something was added: it ends no sooner than the running timer. */
    watch() {
      if (!cancel) sweep();
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
