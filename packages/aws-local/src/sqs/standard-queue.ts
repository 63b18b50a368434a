import { createHash } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import type { Key, Store, Write } from "../store/store.ts";
import { idOf, messageOf, type Queue, type QueueMessage, type Received } from "./queue.ts";

/** The settings of a standard queue, as in `CreateQueue`. */
export interface StandardQueueSettings {
  /** For messages without a delay of their own: 0 to 900. Default: 0. */
  readonly delaySeconds?: number;
  /** How long a received message is hidden, unless the receiver says. Default: 30. */
  readonly visibilityTimeoutSeconds?: number;
  /** How long a receiver waits for a message, unless it says: 0 to 20. Default: 0. */
  readonly waitSeconds?: number;
  /** Age at which a message is deleted. Default: four days. */
  readonly messageRetentionSeconds?: number;
  /** Where a message goes after this many receives: the name of another queue of this service. */
  readonly redrive?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** A message to send. */
export interface Sending {
  readonly body: string;
  readonly attributes?: QueueMessage["attributes"];
  /** 0 to 900. */
  readonly delaySeconds?: number;
}

/** Messages that are ready to send: they are in the queue once `writes` are made and `arrived` was called. */
interface Entering {
  readonly writes: readonly Write[];
  readonly sent: readonly { readonly id: string; readonly md5: string }[];
  arrived(): void;
}

/** A persistent standard queue. Deleted messages may come again after a kill, as in SQS. */
export interface StandardQueue extends Queue {
  readonly visibilityTimeoutMs: number;
  readonly waitMs: number;
  /** Resolves when the messages are durable. Rejects with `StoreFailure`; then none was sent. */
  send(messages: readonly Sending[]): Promise<readonly { readonly id: string; readonly md5: string }[]>;
  /** For callers that write other records in the same commit. */
  enter(messages: readonly Sending[]): Entering;
  /** When the next message can be received; undefined when there is none. */
  nextAt(): number | undefined;
  /** Calls `run` whenever more messages may be available, until the returned function is called. */
  onSent(run: () => void): () => void;
  /** All messages, hidden or not. */
  letters(): readonly QueueMessage[];
  /** Forgets all messages, and returns the writes for that. */
  clear(): readonly Write[];
}

export interface StandardQueueOptions extends StandardQueueSettings {
  readonly name: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly newId: () => string;
  /** Another queue of this service. */
  readonly queueNamed: (name: string) => StandardQueue;
  /** Called with one line when messages could not be moved to their dead letters; it is tried again. */
  readonly log: (line: string) => void;
}

/** A stored message; its number gives the order of sending. */
interface Stored extends QueueMessage {
  /** When it could first be received. */
  readonly visibleAt: number;
}

/** What only this process knows of a stored message. */
interface Waiting {
  readonly number: number;
  readonly id: string;
  readonly at: number;
  visibleAt: number;
  received: number;
}

/** Defaults of a queue. */
export const USUAL_SETTINGS = {
  delaySeconds: 0,
  messageRetentionSeconds: 4 * 24 * 3600,
  visibilityTimeoutSeconds: 30,
  waitSeconds: 0,
} as const satisfies StandardQueueSettings;

/** Messages that are moved to the dead letters at a time. */
const MAX_MOVED = 100;
const MOVE_AGAIN_MS = 1000;

/**
 * Opens a standard queue. Delayed messages stay delayed after a restart; messages that were received and not deleted can
 * be received again at once, and their counts are forgotten.
 */
export function openStandardQueue(options: StandardQueueOptions): StandardQueue {
  const { name, clock, store, newId, queueNamed, redrive, log } = options;
  const settings = { ...USUAL_SETTINGS, ...options };
  const { delaySeconds: usualDelay, visibilityTimeoutSeconds, waitSeconds } = settings;
  const retentionMs = settings.messageRetentionSeconds * 1000;
  const visibilityTimeoutMs = visibilityTimeoutSeconds * 1000;
  const prefix: Key = ["sqs", "message", name];
  const keyOf = (number: number): Key => [...prefix, number];
  /** By id, in the order of sending. */
  const messages = new Map<string, Waiting>();
  /** All except those on their way to the dead letters, by when they can be received. */
  const order: Waiting[] = [];
  let next = 0;
  const listeners = new Set<() => void>();
  const notifyListeners = () => {
    for (const run of [...listeners]) run();
  };

  const add = (number: number, { id, at, visibleAt }: Stored) => {
    const message: Waiting = { number, id, at, visibleAt, received: 0 };
    messages.set(id, message);
    insert(order, message);
  };
  for (const [key, stored] of store.list<Stored>({ prefix })) {
    const number = Number(key.at(-1));
    add(number, stored);
    next = number + 1;
  }

  const show = (message: Waiting, at: number) => {
    if (!withdraw(order, message)) return;
    message.visibleAt = at;
    insert(order, message);
  };
  const forget = (message: Waiting) => {
    messages.delete(message.id);
    withdraw(order, message);
  };
  /** Undefined for a message that has just gone to the dead letters. */
  const deadLettersOf = (found: Iterable<Waiting>): QueueMessage[] =>
    Array.from(found, ({ number }) => store.get<Stored>(keyOf(number))).flatMap((stored) => {
      if (!stored) return [];
      const { visibleAt: _, ...letter } = stored;
      return [letter];
    });
  /** Undefined for a message whose record cannot be read; it stays hidden as if it had been received. */
  const given = (message: Waiting): Received[] => {
    try {
      return deadLettersOf([message]).map((letter) => messageOf(letter, message.received));
    } catch (cause) {
      log(`a message of ${name} could not be read: ${(cause as Error).message}`);
      return [];
    }
  };
  const isVisible = ({ visibleAt }: Waiting) => visibleAt <= clock.now();

  function dropExpired(): void {
    const writes: Write[] = [];
    for (const message of messages.values()) {
      if (message.at + retentionMs > clock.now()) break;
      forget(message);
      writes.push([keyOf(message.number), undefined]);
    }
    if (writes.length > 0) store.writeSoon(writes);
  }

  /** Moves messages in one commit, so that each is in exactly one queue at any time. */
  async function moveTo(queue: string, dead: readonly Waiting[]): Promise<void> {
    try {
      const letters = queueNamed(queue).enter(deadLettersOf(dead));
      await store.write([...letters.writes, ...dead.map(({ number }): Write => [keyOf(number), undefined])]);
      for (const message of dead) forget(message);
      letters.arrived();
    } catch (cause) {
      log(`messages of ${name} could not be moved to ${queue}: ${(cause as Error).message}`);
      for (const message of dead) {
        if (!messages.has(message.id)) continue;
        message.visibleAt = clock.now() + Math.max(MOVE_AGAIN_MS, visibilityTimeoutMs);
        insert(order, message);
      }
    }
  }

  dropExpired();
  const queue: StandardQueue = {
    visibilityTimeoutMs,
    waitMs: waitSeconds * 1000,

    enter(sendings) {
      dropExpired();
      const made = sendings.map(({ body, attributes = {}, delaySeconds = usualDelay }): [number, Stored] => {
        const at = clock.now();
        return [next++, { id: newId(), at, body, attributes, visibleAt: at + delaySeconds * 1000 }];
      });
      return {
        writes: made.map(([number, stored]) => [keyOf(number), stored]),
        sent: made.map(([, { id, body }]) => ({ id, md5: createHash("md5").update(body).digest("hex") })),
        arrived() {
          for (const [number, stored] of made) add(number, stored);
          notifyListeners();
        },
      };
    },
    async send(sendings) {
      if (sendings.length === 0) return [];
      const entering = queue.enter(sendings);
      await store.write(entering.writes);
      entering.arrived();
      return entering.sent;
    },

    async receive(most, hiddenMs) {
      dropExpired();
      const live: Waiting[] = [];
      const dead: Waiting[] = [];
      while (live.length < most && dead.length < MAX_MOVED && order[0] && isVisible(order[0])) {
        const message = order.shift()!;
        if (redrive && message.received >= redrive.maxReceiveCount) dead.push(message);
        else live.push(message);
      }
      const taken = live.flatMap((message) => {
        message.received++;
        message.visibleAt = clock.now() + hiddenMs;
        insert(order, message);
        return given(message);
      });
      if (redrive && dead.length > 0) await moveTo(redrive.queue, dead);
      return taken;
    },

    hide(handle, hiddenMs) {
      const message = messages.get(idOf(handle));
      if (message) show(message, clock.now() + hiddenMs);
      notifyListeners();
    },
    async remove(handle) {
      const message = messages.get(idOf(handle));
      if (!message) return;
      forget(message);
      store.writeSoon([[keyOf(message.number), undefined]]);
    },
    nextAt: () => order[0]?.visibleAt,
    onSent(run) {
      listeners.add(run);
      return () => void listeners.delete(run);
    },
    letters() {
      dropExpired();
      return deadLettersOf(messages.values());
    },
    clear() {
      const all = [...messages.values()];
      for (const message of all) forget(message);
      return all.map(({ number }): Write => [keyOf(number), undefined]);
    },
    async count() {
      dropExpired();
      const visible = order.filter(isVisible).length;
      return { visible, hidden: messages.size - visible };
    },
  };
  return queue;
}

function insert(order: Waiting[], message: Waiting): void {
  order.splice(placeOf(order, message), 0, message);
}

/** Returns whether the message existed. */
function withdraw(order: Waiting[], message: Waiting): boolean {
  const place = placeOf(order, message);
  if (order[place] !== message) return false;
  order.splice(place, 1);
  return true;
}

/** The position of a message in the sorted list: by when it can be received, then by its number. */
function placeOf(order: readonly Waiting[], { visibleAt, number }: Waiting): number {
  let low = 0;
  for (let high = order.length; low < high; ) {
    const middle = (low + high) >>> 1;
    const other = order[middle]!;
    if (other.visibleAt < visibleAt || (other.visibleAt === visibleAt && other.number < number))
      low = middle + 1;
    else high = middle;
  }
  return low;
}
