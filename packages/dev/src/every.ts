import { type Clock, StoreFailure } from "@callboard/aws-local";

/**
 * Runs `work` at once and then again and again, `ms` after it last ended; a failure is told and does not end it. The
 * function that it returns stops it, and waits for what is under way.
 */
export function every(clock: Clock, ms: number, work: () => Promise<void>): () => Promise<void> {
  let cancel = () => {};
  let underWay = Promise.resolve();
  let stopped = false;
  const wait = (pause: number) => {
    cancel = clock.after(pause, () => {
      underWay = work()
        .catch((cause: unknown) => {
          // The store's owner tells of what it cannot write.
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
