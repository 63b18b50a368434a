import type { DeadLetterQueue, QueuedMessage } from "../ports/ops.ts";

type Sent = Pick<QueuedMessage, "id" | "body"> & Partial<QueuedMessage>;

/** A queue in memory: taken messages are hidden until they are released. */
export function memoryDeadLetterQueue(sent: readonly Sent[] = []): DeadLetterQueue & {
  /** Ids of all messages, hidden or not. */
  ids(): string[];
  /** Ids of the hidden messages. */
  hidden(): string[];
} {
  const messages = new Map(sent.map((one) => [one.id, { attributes: {}, handle: one.id, ...one }]));
  const hidden = new Set<string>();
  return {
    async take(most) {
      const visible = [...messages.values()].filter(({ id }) => !hidden.has(id));
      const taken = visible.slice(0, most);
      for (const { id } of taken) hidden.add(id);
      return { messages: taken, more: visible.length > most };
    },
    async release(released) {
      for (const { id } of released) hidden.delete(id);
    },
    async remove({ id }) {
      messages.delete(id);
      hidden.delete(id);
    },
    ids: () => [...messages.keys()],
    hidden: () => [...hidden],
  };
}
