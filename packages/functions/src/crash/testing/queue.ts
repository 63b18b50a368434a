import { wakeupsQueue } from "../../deployment/functions.ts";
import type { RecordedAnswer, RecordedCall } from "../../testing/recorded-service.ts";

/** A message as the clock's function gets it. */
interface Message {
  readonly messageId: string;
  readonly body: string;
  /** When it can be received, or received again. */
  at: number;
  received: number;
}

/** The wake-up queue and its mapping to the function; if unreliable, it repeats and shuffles messages. */
export function fakeQueue(now: () => number, unreliable: (() => number) | undefined) {
  const messages = new Map<string, Message>();
  const deadLetters: Message[] = [];
  let count = 0;
  let isBroken = false;

  function accept(body: string, delaySeconds: number): void {
    const messageId = `message-${++count}`;
    messages.set(messageId, { messageId, body, at: now() + delaySeconds * 1000, received: 0 });
  }

  return {
    /** Messages that were received too often. */
    deadLetters,
    /** Sends a message for a process. */
    send: (body: object) => accept(JSON.stringify(body), 0),
    /** Makes the queue refuse all further messages. */
    breakDown: () => {
      isBroken = true;
    },
    /** Loses all waiting messages, or the given ones. */
    lose(which: (body: string) => boolean = () => true): void {
      for (const { messageId, body } of messages.values()) if (which(body)) messages.delete(messageId);
    },
    /** When the next message can be received; Infinity if there is none. */
    nextAt: () => Math.min(Infinity, ...[...messages.values()].map(({ at }) => at)),
    /** A batch of receivable messages, which is then hidden for the longest duration of an invocation. */
    receive(): Message[] {
      const visible = [...messages.values()].filter(({ at }) => at <= now());
      if (unreliable) visible.sort(() => unreliable() - 0.5);
      const batch = visible.slice(0, wakeupsQueue.batchSize);
      for (const message of batch) {
        message.at = now() + wakeupsQueue.visibilityTimeoutSeconds * 1000;
        if (++message.received <= wakeupsQueue.maxReceiveCount) continue;
        messages.delete(message.messageId);
        deadLetters.push(message);
      }
      return batch.filter(({ messageId }) => messages.has(messageId));
    },
    remove: (messageId: string) => messages.delete(messageId),
    answer({ operation, body }: RecordedCall): RecordedAnswer {
      if (operation !== "SendMessageBatch") throw new Error(`SQS was asked for ${operation}`);
      if (isBroken) return { status: 500, error: "InternalError" };
      const { Entries } = JSON.parse(body) as {
        Entries: { Id: string; MessageBody: string; DelaySeconds: number }[];
      };
      const Successful = Entries.map(({ Id, MessageBody, DelaySeconds }) => {
        accept(MessageBody, DelaySeconds);
        if (unreliable && unreliable() < 0.5) accept(MessageBody, DelaySeconds);
        return { Id, MessageId: Id };
      });
      return { body: { Successful, Failed: [] } };
    },
  };
}

export type FakeQueue = ReturnType<typeof fakeQueue>;
