import type { Clock, Wakeup, Wakeups } from "../ports/index.ts";

/** A queue of messages in memory that a test can inspect. */
export interface MemoryWakeups extends Wakeups {
  /** All messages that were ever sent. */
  readonly sent: readonly Wakeup[];
  /** When the next message arrives; undefined if there is none. */
  nextAt(): number | undefined;
  /** At most `most` messages that have arrived; they are removed from the queue. */
  take(most?: number): Wakeup[];
}

/** Messages in memory; they arrive at full seconds after they were sent, as with SQS. */
export function memoryWakeups({ now }: Pick<Clock, "now">): MemoryWakeups {
  let waiting: { readonly wakeup: Wakeup; readonly at: number }[] = [];
  const sent: Wakeup[] = [];
  return {
    sent,
    async send(wakeups) {
      for (const wakeup of wakeups) {
        const delaySeconds = Math.max(0, Math.ceil((wakeup.at - now()) / 1000));
        waiting.push({ wakeup: { ...wakeup }, at: now() + delaySeconds * 1000 });
        sent.push({ ...wakeup });
      }
    },
    nextAt: () =>
      waiting.length === 0 ? undefined : waiting.reduce((min, { at }) => Math.min(min, at), Infinity),
    take(most = Infinity) {
      const come = new Set(waiting.filter(({ at }) => at <= now()).slice(0, most));
      waiting = waiting.filter((one) => !come.has(one));
      return [...come].map(({ wakeup }) => wakeup);
    },
  };
}
