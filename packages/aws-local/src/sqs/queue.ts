import { createHash } from "node:crypto";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";

/** A message of a queue before anybody has received it. */
export interface Letter {
  readonly id: string;
  /** When it was sent, in milliseconds since the epoch. */
  readonly at: number;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A standard queue over letters that are kept elsewhere: it knows which were deleted, and which are hidden. */
export interface Queue {
  /** At most `most` visible messages, which are then hidden for so long. */
  receive(most: number, hiddenMs: number): Promise<object[]>;
  /** Hides a received message for so long from now on; 0 shows it again. */
  hide(handle: string, hiddenMs: number): void;
  /** Resolves when it would survive a kill. Idempotent. */
  remove(handle: string): Promise<void>;
  count(): Promise<{ visible: number; hidden: number }>;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly letters: () => Promise<readonly Letter[]>;
  readonly isDeleted: (id: string) => boolean;
  readonly markDeleted: (id: string) => Promise<void>;
}

/** What is hidden is forgotten with the process, as if its time had passed. */
export function createQueue({ clock, letters, isDeleted, markDeleted }: QueueOptions): Queue {
  const hiddenUntil = new Map<string, number>();
  const received = new Map<string, number>();
  const isHidden = (id: string) => (hiddenUntil.get(id) ?? 0) > clock.now();
  const present = async () => (await letters()).filter(({ id }) => !isDeleted(id));

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
      await markDeleted(idOf(handle));
    },
    async count() {
      const ids = (await present()).map(({ id }) => id);
      const hidden = ids.filter(isHidden).length;
      return { visible: ids.length - hidden, hidden };
    },
  };
}

/** A message as it is given to whoever receives it, for the `count`th time. */
export function messageOf({ id, at, body, attributes }: Letter, count: number): object {
  const named = Object.entries(attributes).map(([name, StringValue]) => [
    name,
    { DataType: "String", StringValue },
  ]);
  return {
    MessageId: id,
    ReceiptHandle: `${id}#${count}`,
    Body: body,
    MD5OfBody: createHash("md5").update(body).digest("hex"),
    Attributes: { SentTimestamp: String(at), ApproximateReceiveCount: String(count) },
    ...(named.length > 0 ? { MessageAttributes: Object.fromEntries(named) } : {}),
  };
}

/** The message that a receipt handle is of. */
export function idOf(handle: string): string {
  const at = handle.lastIndexOf("#");
  if (at < 1) throw new AwsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.", 404);
  return handle.slice(0, at);
}
