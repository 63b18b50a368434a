import { type Clock, type ClockApp, isTimeToCount, type Log, type Wakeup } from "@callboard/core";
import { readWakeup } from "../aws/wakeup-message.ts";

export interface ClockParts {
  readonly app: ClockApp;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** The parts of an invocation that are read: messages of the wake-up queue, or the schedule's event, which has none. */
export interface ClockEvent {
  readonly Records?: readonly { readonly messageId: string; readonly body: string }[];
}

/** The messages that must come again (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Woken up by messages, it puts events for what they name and what is due; each minute it polls for everything else. A
 * message that is not a wake-up ends in the dead letters.
 */
export function clockHandler({ app, clock, log }: ClockParts) {
  async function take(records: NonNullable<ClockEvent["Records"]>): Promise<BatchResponse> {
    const messages = records.map(({ messageId, body }) => ({ messageId, wakeup: readWakeup(body) }));
    const wakeups = messages.map(({ wakeup }) => wakeup).filter((wakeup) => wakeup !== undefined);
    // Unreadable messages are returned together with those that failed.
    const failed = new Set<Wakeup | undefined>([undefined, ...(await app.clock.wake(wakeups))]);
    const again = messages.filter(({ wakeup }) => failed.has(wakeup));
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }

  async function poll(): Promise<undefined> {
    const [due, open] = await Promise.allSettled([
      app.clock.pollDue(),
      isTimeToCount(clock.now()) ? app.clock.countWaiting() : 0,
    ]);
    // Zeros are not written: a metric costs money in each hour in which it is written.
    if (due.status === "fulfilled" && due.value > 0) log.metric("due", due.value);
    if (open.status === "fulfilled" && open.value > 0) log.metric("open_requests", open.value);
    for (const one of [due, open]) if (one.status === "rejected") throw one.reason;
    return undefined;
  }

  return (event?: ClockEvent): Promise<BatchResponse | undefined> =>
    event?.Records ? take(event.Records) : poll();
}
