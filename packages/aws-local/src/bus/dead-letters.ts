import { randomUUID } from "node:crypto";
import { type Journal, memoryJournal, openJournal } from "../journal/journal.ts";

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
  const letters = new Map<string, DeadLetter>();
  const keep = (letter: DeadLetter) => {
    letters.set(letter.messageId, letter);
    if (letters.size > MOST) letters.delete(letters.keys().next().value!);
  };

  let journal: Journal = memoryJournal();
  let records = 0;
  if (path !== undefined) {
    const opened = await openJournal(path);
    journal = opened.journal;
    for (const record of opened.records) keep(record as DeadLetter);
    records = opened.records.length;
  }
  return {
    async add(letter) {
      const kept: DeadLetter = { messageId: randomUUID(), ...letter };
      // Kept before it is written, so that a rewrite at the same time holds it too.
      keep(kept);
      try {
        await journal.append(kept);
      } catch (cause) {
        letters.delete(kept.messageId);
        throw cause;
      }
      if (++records < 2 * MOST) return;
      records = letters.size;
      await journal.rewrite([...letters.values()]);
    },
    list: (queueArn) =>
      [...letters.values()].filter((letter) => queueArn === undefined || letter.queueArn === queueArn),
    close: () => journal.close(),
  };
}
