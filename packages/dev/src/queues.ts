import type { Bus, Clock, Lambda, Store } from "@callboard/aws-local";
import { createSqs, type Sqs } from "@callboard/aws-local";
import { wakeupsQueue } from "@callboard/functions/deployment";

export interface QueuesOptions {
  readonly bus: Pick<Bus, "deadLetters">;
  readonly lambda: Pick<Lambda, "deadLetters">;
  readonly clock: Clock;
  readonly store: Store;
  /** Where queues are. */
  readonly url: () => string;
  readonly log: (line: string) => void;
}

/** The queue of wake-up messages for the clock, by the last part of its URL. */
export const wakeupsName = "Wakeups";
const failedWakeups = "FailedWakeups";

/** The queues of a deployment: the wake-up queue, and the two dead-letter queues of the embedded services. */
export function createQueues({ bus, lambda, clock, store, url, log }: QueuesOptions): Sqs {
  const { visibilityTimeoutSeconds, messageRetentionSeconds, maxReceiveCount } = wakeupsQueue;
  const queues: Sqs = createSqs({
    clock,
    store,
    url,
    log,
    standard: {
      [wakeupsName]: {
        visibilityTimeoutSeconds,
        messageRetentionSeconds,
        redrive: { queue: failedWakeups, maxReceiveCount },
      },
      [failedWakeups]: {},
    },
    queues: {
      UndeliveredEvents: async () =>
        bus.deadLetters().map(({ messageId, at, body, attributes }) => ({
          id: messageId,
          at: Date.parse(at),
          body,
          attributes,
        })),
      FailedInvocations: async () => [
        ...(await lambda.deadLetters()).map((record) => ({
          id: record.requestContext.requestId,
          at: Date.parse(record.timestamp),
          body: JSON.stringify(record),
          attributes: {},
        })),
        ...queues.letters(failedWakeups),
      ],
    },
  });
  return queues;
}
