import { randomUUID } from "node:crypto";
import { appendDeadLetter, readDeadLetters } from "../lambda/dead-letters.ts";
import type { Key, View, Write } from "../store/store.ts";

/**
 * A message of a dead-letter queue: the event as the bus accepted it, and why it was not delivered
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
export interface DeadLetter {
  readonly messageId: string;
  readonly queueArn: string;
  /** When it was put into the queue, ISO 8601. */
  readonly at: string;
  /** The event as JSON text. */
  readonly body: string;
  readonly attributes: {
    readonly RULE_ARN: string;
    readonly TARGET_ARN: string;
    readonly ERROR_CODE: string;
    readonly ERROR_MESSAGE: string;
    readonly RETRY_ATTEMPTS: string;
    readonly EXHAUSTED_RETRY_CONDITION?: "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";
  };
}

const DEAD_LETTERS: Key = ["bus", "letter"];

/** The writes that add a dead letter to its queue; the newest thousand of all queues together are kept. */
export function addDeadLetter(view: View, deadLetter: Omit<DeadLetter, "messageId">): Write[] {
  return appendDeadLetter(view, DEAD_LETTERS, { messageId: randomUUID(), ...deadLetter });
}

/** The messages of the queues, oldest first; of one queue if its ARN is given. */
export function listDeadLetters(view: View, queueArn?: string): DeadLetter[] {
  const deadLetters = readDeadLetters<DeadLetter>(view, DEAD_LETTERS);
  return queueArn === undefined
    ? deadLetters
    : deadLetters.filter((deadLetter) => deadLetter.queueArn === queueArn);
}
