import {
  byteLength,
  type ClientMessage,
  type ClientMessageOf,
  clientMessageBytes,
  type RefusalCode,
  type ServerMessageOf,
} from "@callboard/protocol";
import type { ClientClock } from "./clock.ts";
import { CallboardError } from "./error.ts";
import { isJson } from "./json.ts";
import type { Link } from "./link.ts";
import { createListeners, type Listeners } from "./listeners.ts";
import type { Redelivery } from "./redelivery.ts";

/** So many replies and resolves may wait for their answers at a time. */
const MOST_WAITING = 100;

/** A person's answer to a request. */
export type ReplyInput = Omit<ClientMessageOf<"reply">, "type" | "id" | "replyId"> & {
  /** The same reply with the same id is one, however often it is sent; an id is made up if there is none. */
  replyId?: string | undefined;
};

/** What the server says to a reply at once; what follows stands in the inbox, under `receipt/<replyId>`. */
export type Receipt =
  | { readonly status: "accepted"; readonly replyId: string }
  | {
      readonly status: "refused";
      readonly replyId: string;
      readonly code: RefusalCode;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** What somebody wants of a request, beside answering it. */
type Act = ActOf<"attend"> | ActOf<"extend"> | ActOf<"reassign">;
type ActOf<T extends "attend" | "extend" | "reassign"> = Omit<ClientMessageOf<T>, "id">;

/** What the server says to an act. */
export type Acted =
  | { readonly status: "accepted" }
  | {
      readonly status: "refused";
      readonly code: RefusalCode;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** A signed URL, and until when it is good, in milliseconds since the Unix epoch. */
export interface Resolved {
  readonly url: string;
  readonly expiresAt: number;
}

type Answer = ServerMessageOf<"receipt" | "acted" | "resolved">;

interface Waiting {
  message: ClientMessage;
  /** The message, but for what tells a reply from the same one. */
  text: string;
  /** Undefined once it was sent; until then, whom to tell of it. */
  unsent: Listeners<[]> | undefined;
  cancelTimeout: () => void;
  answer: () => Promise<unknown>;
  settle: (value: unknown) => void;
  reject: (error: CallboardError) => void;
}

/** Requests that want one answer each: they are sent, and on every new link sent again, until it comes. */
interface Outbox {
  reply(input: ReplyInput, sent?: () => void): Promise<Receipt>;
  resolve(ref: string): Promise<Resolved>;
  act(act: Act): Promise<Acted>;
  /** Takes an answer; says whether it was one. */
  answer(message: Answer | ServerMessageOf<"error">): boolean;
  awaiting(): boolean;
  /** Sends everything that is unanswered, as it was. */
  resend(): void;
  close(): void;
}

export function createOutbox(options: {
  clock: ClientClock;
  /** A call without an answer for this long is rejected, in milliseconds. */
  timeoutMs: number;
  nextId: () => string;
  newReplyId: () => string;
  current: () => Link | undefined;
  /** Something is to be sent. */
  wanted: () => void;
  redelivery: Redelivery;
}): Outbox {
  const { clock, timeoutMs, nextId, newReplyId, current, wanted, redelivery } = options;
  /** By message id. */
  const waiting = new Map<string, Waiting>();
  let closed = false;

  /** What is on its way already, word for word, is not sent once more; a reply id alone does not make it so. */
  async function post<T>(message: ClientMessage, sent: () => void = () => {}): Promise<T> {
    check(message);
    const text = JSON.stringify({ ...message, id: message.type === "reply" ? "" : message.id });
    const known = [...waiting.values()].find((one) => one.text === text);
    if (known) {
      if (known.unsent) known.unsent.add(sent);
      else sent();
      return known.answer() as Promise<T>;
    }
    if (waiting.size >= MOST_WAITING)
      throw new CallboardError("too_many", `${MOST_WAITING} calls wait for their answers`);
    wanted();
    const unsent = createListeners<[]>();
    unsent.add(sent);
    const answer = new Promise<unknown>((settle, reject) => {
      const cancelTimeout = clock.after(timeoutMs, () => reject(lateness(take(message.id))));
      waiting.set(message.id, { message, text, unsent, cancelTimeout, answer: () => answer, settle, reject });
    });
    send(waiting.get(message.id) as Waiting);
    return answer as Promise<T>;
  }

  const lateness = (one: Waiting | undefined): CallboardError =>
    one?.unsent
      ? new CallboardError("not_sent", `no connection for ${timeoutMs} ms`)
      : new CallboardError("timeout", `no answer for ${timeoutMs} ms`);

  function check(message: ClientMessage): void {
    if (closed) throw new CallboardError("closed", "the client is closed");
    if ("value" in message && message.value !== undefined && !isJson(message.value))
      throw new CallboardError("invalid", "JSON cannot keep the value");
    if (byteLength(JSON.stringify(message)) > clientMessageBytes)
      throw new CallboardError("too_large", `over ${clientMessageBytes} bytes`);
  }

  function send(one: Waiting): void {
    const link = current();
    if (!link) return;
    link.send(one.message);
    redelivery.sent();
    one.unsent?.emit();
    one.unsent = undefined;
  }

  function take(id: string): Waiting | undefined {
    const one = waiting.get(id);
    waiting.delete(id);
    one?.cancelTimeout();
    return one;
  }

  return {
    reply: (input, sent) =>
      post({ ...input, type: "reply", id: nextId(), replyId: input.replyId ?? newReplyId() }, sent),
    resolve: (ref) => post({ type: "resolve", id: nextId(), ref }),
    act: (act) => post({ ...act, id: nextId() }),
    answer(message) {
      const { type, re = "" } = message;
      if (!waiting.has(re)) return false;
      // With `reauthenticate` a new connection is on its way, which sends it again.
      if (type === "error" && message.retry !== "never") redelivery.refused(message.retryAfterMs);
      else if (type === "error") take(re)?.reject(new CallboardError(message.code, message.message));
      else take(re)?.settle(outcomeOf(message));
      return true;
    },
    awaiting: () => waiting.size > 0 && current() !== undefined,
    resend() {
      for (const one of waiting.values()) send(one);
    },
    close() {
      closed = true;
      for (const id of [...waiting.keys()])
        take(id)?.reject(new CallboardError("closed", "the client was closed before the answer came"));
    },
  };
}

function outcomeOf(answer: Answer): Receipt | Acted | Resolved {
  if (answer.type === "resolved") return { url: answer.url, expiresAt: answer.expiresAt };
  const { status, code = "invalid", details = {} } = answer;
  const outcome: Acted = status === "accepted" ? { status } : { status: "refused", code, details };
  return answer.type === "receipt" ? { ...outcome, replyId: answer.replyId } : outcome;
}
