import { type Clock, StoreFailure } from "@callboard/aws-local";

/**
 * Runs `work` at once and then repeatedly, `ms` after it last ended; a failure is logged and does not stop
 * this. The returned function stops it, and waits for running work.
 */
export function every(clock: Clock, ms: number, work: () => Promise<void>): () => Promise<void> {
  let cancel = () => {};
  let underWay = Promise.resolve();
  let stopped = false;
  const wait = (pause: number) => {
    cancel = clock.after(pause, () => {
      underWay = work()
        .catch((cause: unknown) => {
          // The owner of the store reports write errors.
          if (!(cause instanceof StoreFailure)) console.error(cause);
        })
        .then(() => {
          if (!stopped) wait(ms);
        });
    });
  };
  wait(0);
  return () => {
    stopped = true;
    cancel();
    return underWay;
  };
}
