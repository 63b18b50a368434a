import type { Bus, Clock, Lambda } from "@callboard/aws-local";
import { createSqs, type Sqs } from "@callboard/aws-local";

export interface QueuesOptions {
  readonly bus: Pick<Bus, "deadLetters">;
  readonly lambda: Pick<Lambda, "deadLetters">;
  readonly clock: Clock;
  readonly directory: string;
}

/** The two dead-letter queues of a deployment, over what the embedded bus and Lambda keep. */
export const createQueues = ({ bus, lambda, clock, directory }: QueuesOptions): Promise<Sqs> =>
  createSqs({
    clock,
    directory,
    queues: {
      UndeliveredEvents: async () =>
        bus.deadLetters().map(({ messageId, at, body, attributes }) => ({
          id: messageId,
          at: Date.parse(at),
          body,
          attributes,
        })),
      FailedInvocations: async () =>
        (await lambda.deadLetters()).map((record) => ({
          id: record.requestContext.requestId,
          at: Date.parse(record.timestamp),
          body: JSON.stringify(record),
          attributes: {},
        })),
    },
  });
