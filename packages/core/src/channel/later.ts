import type { Clock, Later, Log } from "../ports/index.ts";

/** For a process that ends with its invocation: the caller that promised a push waits until it is done. */
export const laterInInvocation = ({ now, wait }: Clock): Later => ({
  async run(at, work) {
    await wait(Math.max(0, at - now()));
    await work();
  },
});

/** The first pause before failed work is repeated; it doubles each time. Milliseconds. */
const FIRST_PAUSE_MS = 250;
const MAX_TRIES = 6;

/** For a process that lives on. It also knows what is still promised. */
export interface LaterOnTimers extends Later {
  /** Resolves when no promise is open any more. */
  idle(): Promise<void>;
}

/** For a process that lives on: callers do not wait, and failed work is repeated a few times. */
export function laterOnTimers({ clock, log }: { readonly clock: Clock; readonly log: Log }): LaterOnTimers {
  const promised = new Set<Promise<void>>();

  async function keep(at: number, work: () => Promise<void>): Promise<void> {
    await clock.wait(Math.max(0, at - clock.now()));
    for (let tries = 0; ; tries++)
      try {
        return await work();
      } catch {
        // A client that missed this push finds out by its heartbeat.
        if (tries === MAX_TRIES) return log.warn("a push that was promised has failed");
        await clock.wait(FIRST_PAUSE_MS * 2 ** tries);
      }
  }

  return {
    async run(at, work) {
      const kept = keep(at, work).finally(() => promised.delete(kept));
      promised.add(kept);
    },
    async idle() {
      while (promised.size > 0) await Promise.all(promised);
    },
  };
}
