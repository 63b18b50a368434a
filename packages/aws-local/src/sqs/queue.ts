import { createHash } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import type { Key, Store } from "../store/store.ts";
import type { MessageAttribute, MessageAttributes } from "./message-attributes.ts";

/** A message of a queue before it was ever received. */
export interface QueueMessage {
  readonly id: string;
  /** When it was sent, in milliseconds since the epoch. */
  readonly at: number;
  readonly body: string;
  /** Text is an attribute of the type String. */
  readonly attributes: Readonly<Record<string, string | MessageAttribute>>;
}

/** A message as a receiver gets it. */
export interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes: Readonly<Record<string, string>>;
  readonly MessageAttributes: MessageAttributes;
}

/** A standard queue of messages that another service stores: it knows which are deleted, and which are hidden. */
export interface Queue {
  /** At most `most` visible messages, which are then hidden for the given time. */
  receive(most: number, hiddenMs: number): Promise<Received[]>;
  /** Hides a received message for this time from now; 0 shows it again. */
  hide(handle: string, hiddenMs: number): void;
  /** Resolves when nobody gets the message any more. Idempotent. */
  remove(handle: string): Promise<void>;
  count(): Promise<{ visible: number; hidden: number }>;
}

export interface QueueOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly letters: () => Promise<readonly QueueMessage[]>;
}

/**
 * Shows another service's messages as a queue. A deleted message is marked in the store, while the message exists; hidden
 * messages become visible again when the process ends.
 */
export function createQueue({ name, clock, store, letters }: QueueOptions): Queue {
  const hiddenUntil = new Map<string, number>();
  const received = new Map<string, number>();
  const isHidden = (id: string) => (hiddenUntil.get(id) ?? 0) > clock.now();
  const markOf = (id: string): Key => ["sqs", "deleted", name, id];
  const isDeleted = (id: string) => store.get(markOf(id)) !== undefined;

  /** Marks of messages that no longer exist are dropped; marks that are added during the search are kept. */
  async function present(): Promise<readonly QueueMessage[]> {
    const marks = [...store.list({ prefix: ["sqs", "deleted", name] })].map(([key]) => key);
    const known = [...hiddenUntil.keys()];
    const all = await letters();
    const there = new Set(all.map(({ id }) => id));
    const spent = marks.filter((mark) => !there.has(String(mark.at(-1))));
    if (spent.length > 0) store.writeSoon(spent.map((mark) => [mark, undefined]));
    for (const id of known) {
      if (there.has(id)) continue;
      hiddenUntil.delete(id);
      received.delete(id);
    }
    return all.filter(({ id }) => !isDeleted(id));
  }

  return {
    async receive(most, hiddenMs) {
      const visible = (await present()).filter(({ id }) => !isHidden(id)).slice(0, most);
      return visible.map((letter) => {
        const count = (received.get(letter.id) ?? 0) + 1;
        received.set(letter.id, count);
        hiddenUntil.set(letter.id, clock.now() + hiddenMs);
        return messageOf(letter, count);
      });
    },
    hide(handle, hiddenMs) {
      hiddenUntil.set(idOf(handle), clock.now() + hiddenMs);
    },
    async remove(handle) {
      const id = idOf(handle);
      if (!isDeleted(id)) await store.write([[markOf(id), { at: clock.now() }]]);
    },
    async count() {
      const ids = (await present()).map(({ id }) => id);
      const hidden = ids.filter(isHidden).length;
      return { visible: ids.length - hidden, hidden };
    },
  };
}

/** A message for a receiver, when it is received for the `count`th time. */
export function messageOf({ id, at, body, attributes }: QueueMessage, count: number): Received {
  const named = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === "string" ? { DataType: "String", StringValue: value } : value,
  ]);
  return {
    MessageId: id,
    ReceiptHandle: `${id}#${count}`,
    Body: body,
    MD5OfBody: createHash("md5").update(body).digest("hex"),
    Attributes: { SentTimestamp: String(at), ApproximateReceiveCount: String(count) },
    MessageAttributes: Object.fromEntries(named),
  };
}

/** The message of a receipt handle. */
export function idOf(handle: string): string {
  const at = handle.lastIndexOf("#");
  if (at < 1) throw new AwsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.", 404);
  return handle.slice(0, at);
}
