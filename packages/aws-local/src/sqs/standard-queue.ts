import { createHash } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import { openDurableState } from "../journal/durable-state.ts";
import { idOf, type Letter, messageOf, type Queue } from "./queue.ts";

/** What a standard queue is made with, as `CreateQueue` takes it. */
export interface StandardQueueSettings {
  /** Of messages that are sent without a delay of their own: 0 to 900, 0 unless told. */
  readonly delaySeconds?: number;
  /** For how long a received message is hidden from others unless whoever receives says: 30 unless told. */
  readonly visibilityTimeoutSeconds?: number;
  /** After which a message is deleted: four days unless told. */
  readonly messageRetentionSeconds?: number;
  /** Where a message goes that was received so often: the name of another queue of this service. */
  readonly redrive?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** A message to be sent. */
export interface Sending {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** 0 to 900. */
  readonly delaySeconds?: number;
}

/** A standard queue that outlives the process. */
export interface StandardQueue extends Queue {
  readonly visibilityTimeoutMs: number;
  /** Resolves when they would survive a kill. */
  send(messages: readonly Sending[]): Promise<{ readonly id: string; readonly md5: string }[]>;
  /** When the next message can be received; undefined when there is none. */
  nextAt(): number | undefined;
  /** Is called whenever something was sent; one at a time. */
  onSent(run: (() => void) | undefined): void;
  /** All that it holds, hidden or not. */
  letters(): readonly Letter[];
  close(): Promise<void>;
}

export interface StandardQueueOptions extends StandardQueueSettings {
  readonly clock: Clock;
  readonly newId: () => string;
  /** The file that keeps its messages; without it they are forgotten with the process. */
  readonly path: string | undefined;
  /** Takes what was received too often. */
  readonly deadLetter?: (letter: Letter) => Promise<void>;
}

interface Held extends Letter {
  /** From when on it can be received. */
  readonly visibleAt: number;
}

type QueueRecord =
  | { readonly type: "sent"; readonly message: Held }
  | { readonly type: "removed"; readonly id: string };

const FOUR_DAYS_SECONDS = 4 * 24 * 3600;

/**
 * Opens a standard queue. What is delayed stays so after a restart; what was received and not deleted can be received
 * again at once, and how often it was is forgotten.
 */
export async function openStandardQueue(options: StandardQueueOptions): Promise<StandardQueue> {
  const { clock, newId, path, redrive, deadLetter } = options;
  const { delaySeconds: usualDelay = 0, visibilityTimeoutSeconds = 30 } = options;
  const retentionMs = (options.messageRetentionSeconds ?? FOUR_DAYS_SECONDS) * 1000;
  const messages = new Map<string, Held>();
  const received = new Map<string, number>();
  let sent: (() => void) | undefined;

  const state = await openDurableState(
    path,
    (record) => {
      const change = record as QueueRecord;
      if (change.type === "sent") messages.set(change.message.id, change.message);
      else messages.delete(change.id);
    },
    () => [...messages.values()].map((message): QueueRecord => ({ type: "sent", message })),
  );

  const isVisible = ({ visibleAt }: Held) => visibleAt <= clock.now();
  const hide = (message: Held, ms: number) =>
    messages.set(message.id, { ...message, visibleAt: clock.now() + ms });

  async function remove(id: string): Promise<void> {
    received.delete(id);
    if (messages.delete(id)) await state.append({ type: "removed", id } satisfies QueueRecord);
  }

  const queue: StandardQueue = {
    visibilityTimeoutMs: visibilityTimeoutSeconds * 1000,

    async send(sendings) {
      const made = sendings.map(({ body, attributes = {}, delaySeconds = usualDelay }): Held => {
        const at = clock.now();
        return { id: newId(), at, body, attributes, visibleAt: at + delaySeconds * 1000 };
      });
      for (const message of made) messages.set(message.id, message);
      await Promise.all(made.map((message) => state.append({ type: "sent", message } satisfies QueueRecord)));
      sent?.();
      return made.map(({ id, body }) => ({ id, md5: createHash("md5").update(body).digest("hex") }));
    },

    async receive(most, hiddenMs) {
      const taken: object[] = [];
      const gone: Held[] = [];
      for (const message of messages.values()) {
        if (taken.length === most) break;
        if (!isVisible(message)) continue;
        const count = (received.get(message.id) ?? 0) + 1;
        const isOld = message.at + retentionMs <= clock.now();
        if (isOld || (redrive && count > redrive.maxReceiveCount)) {
          if (!isOld) gone.push(message);
          // Hidden from whoever receives meanwhile.
          hide(message, visibilityTimeoutSeconds * 1000);
          if (isOld) await remove(message.id);
          continue;
        }
        received.set(message.id, count);
        hide(message, hiddenMs);
        taken.push(messageOf(message, count));
      }
      for (const message of gone) {
        await deadLetter?.(message);
        await remove(message.id);
      }
      return taken;
    },

    hide(handle, hiddenMs) {
      const message = messages.get(idOf(handle));
      if (message) hide(message, hiddenMs);
      sent?.();
    },
    remove: (handle) => remove(idOf(handle)),
    nextAt: () =>
      messages.size === 0 ? undefined : Math.min(...[...messages.values()].map(({ visibleAt }) => visibleAt)),
    onSent(run) {
      sent = run;
    },
    letters: () => [...messages.values()].map(({ visibleAt: _, ...letter }) => letter),
    async count() {
      const visible = [...messages.values()].filter(isVisible).length;
      return { visible, hidden: messages.size - visible };
    },
    close: () => state.close(),
  };
  return queue;
}
