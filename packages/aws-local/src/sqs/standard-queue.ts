import { createHash } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import type { Key, Store, Write } from "../store/store.ts";
import { idOf, type Letter, messageOf, type Queue, type Received } from "./queue.ts";

/** What a standard queue is made with, as `CreateQueue` takes it. */
export interface StandardQueueSettings {
  /** Of messages that are sent without a delay of their own: 0 to 900, 0 unless told. */
  readonly delaySeconds?: number;
  /** For how long a received message is hidden from others unless whoever receives says: 30 unless told. */
  readonly visibilityTimeoutSeconds?: number;
  /** How long whoever receives waits for a message unless it says: 0 to 20, 0 unless told. */
  readonly waitSeconds?: number;
  /** After which a message is deleted: four days unless told. */
  readonly messageRetentionSeconds?: number;
  /** Where a message goes that was received so often: the name of another queue of this service. */
  readonly redrive?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** A message to be sent. */
export interface Sending {
  readonly body: string;
  readonly attributes?: Letter["attributes"];
  /** 0 to 900. */
  readonly delaySeconds?: number;
}

/** Messages that are ready to be sent: they are the queue's once `writes` are made and `arrived` was called. */
interface Entering {
  readonly writes: readonly Write[];
  readonly sent: readonly { readonly id: string; readonly md5: string }[];
  arrived(): void;
}

/** A standard queue that outlives the process. What was removed may come again after a kill, as SQS reserves to itself. */
export interface StandardQueue extends Queue {
  readonly visibilityTimeoutMs: number;
  readonly waitMs: number;
  /** Resolves when they would survive a kill. Rejects with `StoreFailure`; then none was sent. */
  send(messages: readonly Sending[]): Promise<readonly { readonly id: string; readonly md5: string }[]>;
  /** For whoever has more to write along with them. */
  enter(messages: readonly Sending[]): Entering;
  /** When the next message can be received; undefined when there is none. */
  nextAt(): number | undefined;
  /** Calls `run` whenever there may be more to receive, until the function that it returns is called. */
  onSent(run: () => void): () => void;
  /** All that it holds, hidden or not. */
  letters(): readonly Letter[];
  /** Forgets all messages, and gives what is to be written for it. */
  clear(): readonly Write[];
}

export interface StandardQueueOptions extends StandardQueueSettings {
  readonly name: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly newId: () => string;
  /** Another queue of this service. */
  readonly queueNamed: (name: string) => StandardQueue;
  /** Takes one line when messages could not be moved to their dead letters; they are tried again. */
  readonly log: (line: string) => void;
}

/** A message as it is stored, under its number: messages are numbered as they are sent. */
interface Stored extends Letter {
  /** From when on it could be received when it was sent. */
  readonly visibleAt: number;
}

/** What the process itself knows of a stored message. */
interface Waiting {
  readonly number: number;
  readonly id: string;
  readonly at: number;
  visibleAt: number;
  received: number;
}

/** Of a queue that is made without others. */
export const USUAL_SETTINGS = {
  delaySeconds: 0,
  messageRetentionSeconds: 4 * 24 * 3600,
  visibilityTimeoutSeconds: 30,
  waitSeconds: 0,
} as const satisfies StandardQueueSettings;

/** To the dead letters at a time. */
const MOST_MOVED = 100;
const MOVE_AGAIN_MS = 1000;

/**
 * Opens a standard queue. What is delayed stays so after a restart; what was received and not deleted can be received
 * again at once, and how often it was is forgotten.
 */
export function openStandardQueue(options: StandardQueueOptions): StandardQueue {
  const { name, clock, store, newId, queueNamed, redrive, log } = options;
  const settings = { ...USUAL_SETTINGS, ...options };
  const { delaySeconds: usualDelay, visibilityTimeoutSeconds, waitSeconds } = settings;
  const retentionMs = settings.messageRetentionSeconds * 1000;
  const visibilityTimeoutMs = visibilityTimeoutSeconds * 1000;
  const prefix: Key = ["sqs", "message", name];
  const keyOf = (number: number): Key => [...prefix, number];
  /** By their ids, as they were sent. */
  const messages = new Map<string, Waiting>();
  /** All but those that are on their way to the dead letters, by when they can be received. */
  const order: Waiting[] = [];
  let next = 0;
  const told = new Set<() => void>();
  const tell = () => {
    for (const run of [...told]) run();
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
  /** None for a message that has just gone to the dead letters. */
  const lettersOf = (found: Iterable<Waiting>): Letter[] =>
    Array.from(found, ({ number }) => store.get<Stored>(keyOf(number))).flatMap((stored) => {
      if (!stored) return [];
      const { visibleAt: _, ...letter } = stored;
      return [letter];
    });
  /** None for a message whose record cannot be read, which stays hidden for as long as if it had been received. */
  const given = (message: Waiting): Received[] => {
    try {
      return lettersOf([message]).map((letter) => messageOf(letter, message.received));
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

  /** Moves messages in one commit, so that each is in one of the queues at any time. */
  async function moveTo(queue: string, dead: readonly Waiting[]): Promise<void> {
    try {
      const letters = queueNamed(queue).enter(lettersOf(dead));
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
          tell();
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
      while (live.length < most && dead.length < MOST_MOVED && order[0] && isVisible(order[0])) {
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
      tell();
    },
    async remove(handle) {
      const message = messages.get(idOf(handle));
      if (!message) return;
      forget(message);
      store.writeSoon([[keyOf(message.number), undefined]]);
    },
    nextAt: () => order[0]?.visibleAt,
    onSent(run) {
      told.add(run);
      return () => void told.delete(run);
    },
    letters() {
      dropExpired();
      return lettersOf(messages.values());
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

/** Says whether the message was there. */
function withdraw(order: Waiting[], message: Waiting): boolean {
  const place = placeOf(order, message);
  if (order[place] !== message) return false;
  order.splice(place, 1);
  return true;
}

/** Where a message stands among sorted ones, or would: by when it can be received, then by its number. */
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
