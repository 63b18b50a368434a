import { randomUUID } from "node:crypto";
import { openNewest } from "../journal/newest.ts";

/**
 * A message of a dead-letter queue: the event as the bus took it, and why it was not delivered
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html).
 */
export interface DeadLetter {
  readonly messageId: string;
  readonly queueArn: string;
  /** When it was put there, ISO 8601. */
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

/** The dead-letter queues of all targets. */
export interface DeadLetters {
  /** Resolves when the letter would survive a kill. */
  add(letter: Omit<DeadLetter, "messageId">): Promise<void>;
  /** What they hold, oldest first; of one queue when its ARN is given. */
  list(queueArn?: string): DeadLetter[];
  close(): Promise<void>;
}

/** The newest letters are kept; a real queue would drop them after 14 days at most. */
const MOST = 5_000;

/** Opens the letters kept in a file, or letters that are forgotten with the process. */
export async function openDeadLetters(path: string | undefined): Promise<DeadLetters> {
  const letters = await openNewest<DeadLetter>(path, MOST, ({ messageId }) => messageId);
  return {
    add: (letter) => letters.add({ messageId: randomUUID(), ...letter }),
    list: (queueArn) =>
      letters.list().filter((letter) => queueArn === undefined || letter.queueArn === queueArn),
    close: letters.close,
  };
}
