import type { Clock } from "../../clock/clock.ts";
import { Cancelled } from "../failure.ts";

/** Waits until a time in milliseconds since the epoch; throws `Cancelled` as soon as the signal is aborted. */
export function sleepUntil(clock: Clock, until: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    if (signal.aborted) return fail(new Cancelled());
    const cancel = clock.after(Math.max(0, until - clock.now()), () => {
      signal.removeEventListener("abort", abort);
      done();
    });
    const abort = () => {
      cancel();
      fail(new Cancelled());
    };
    signal.addEventListener("abort", abort, { once: true });
  });
}
