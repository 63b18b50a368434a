import {
  byteLength,
  type ClientMessage,
  type ClientMessageOf,
  clientMessageBytes,
  type RefusalCode,
  type ServerMessage,
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
  /** The same id makes it the same reply, however often it is sent; one is made up if there is none. */
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

interface Waiting {
  message: ClientMessage;
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
  answer(message: ServerMessage): boolean;
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
  redelivery: Redelivery;
}): Outbox {
  const { clock, timeoutMs, nextId, newReplyId, current, redelivery } = options;
  /** By reply id, or by message id for what has none. */
  const waiting = new Map<string, Waiting>();
  let closed = false;

  function post<T>(key: string, message: ClientMessage, sent: () => void = () => {}): Promise<T> {
    const known = waiting.get(key);
    if (known) {
      if (known.unsent) known.unsent.add(sent);
      else sent();
      return known.answer() as Promise<T>;
    }
    const fault = faultOf(message);
    if (fault) return Promise.reject(fault);
    const unsent = createListeners<[]>();
    unsent.add(sent);
    const answer = new Promise<unknown>((settle, reject) => {
      const cancelTimeout = clock.after(timeoutMs, () => reject(lateness(take(key))));
      waiting.set(key, { message, unsent, cancelTimeout, answer: () => answer, settle, reject });
    });
    send(waiting.get(key) as Waiting);
    return answer as Promise<T>;
  }

  const lateness = (one: Waiting | undefined): CallboardError =>
    one?.unsent
      ? new CallboardError("not_sent", `no connection for ${timeoutMs} ms`)
      : new CallboardError("timeout", `no answer for ${timeoutMs} ms`);

  function faultOf(message: ClientMessage): CallboardError | undefined {
    if (closed) return new CallboardError("closed", "the client is closed");
    if (waiting.size >= MOST_WAITING)
      return new CallboardError("too_many", `${MOST_WAITING} calls wait for their answers`);
    if ("value" in message && message.value !== undefined && !isJson(message.value))
      return new CallboardError("invalid", "JSON cannot keep the value");
    if (byteLength(JSON.stringify(message)) > clientMessageBytes)
      return new CallboardError("too_large", `over ${clientMessageBytes} bytes`);
    return undefined;
  }

  function send(one: Waiting): void {
    const link = current();
    if (!link) return;
    link.send(one.message);
    redelivery.sent();
    one.unsent?.emit();
    one.unsent = undefined;
  }

  function take(key: string): Waiting | undefined {
    const one = waiting.get(key);
    waiting.delete(key);
    one?.cancelTimeout();
    return one;
  }

  return {
    reply(input, sent) {
      const replyId = input.replyId ?? newReplyId();
      return post<Receipt>(replyId, { ...input, type: "reply", id: nextId(), replyId }, sent);
    },
    resolve(ref) {
      const id = nextId();
      return post<Resolved>(id, { type: "resolve", id, ref });
    },
    act(act) {
      const id = nextId();
      return post<Acted>(id, { ...act, id });
    },
    answer(message) {
      switch (message.type) {
        case "receipt": {
          const { replyId, status, code = "invalid", details = {} } = message;
          const one = take(replyId);
          one?.settle(
            status === "accepted" ? { status, replyId } : { status: "refused", replyId, code, details },
          );
          return one !== undefined;
        }
        case "acted": {
          const { status, code = "invalid", details = {} } = message;
          const one = take(message.re);
          one?.settle(status === "accepted" ? { status } : { status: "refused", code, details });
          return one !== undefined;
        }
        case "resolved": {
          const one = take(message.re);
          one?.settle({ url: message.url, expiresAt: message.expiresAt });
          return one !== undefined;
        }
        case "error": {
          const key = [...waiting].find(([, one]) => one.message.id === message.re)?.[0];
          if (key === undefined) return false;
          if (message.retry === "never") take(key)?.reject(new CallboardError(message.code, message.message));
          // With `reauthenticate` a new connection is on its way, which sends it again.
          else redelivery.refused(message.retryAfterMs);
          return true;
        }
        default:
          return false;
      }
    },
    awaiting: () => waiting.size > 0 && current() !== undefined,
    resend() {
      for (const one of waiting.values()) send(one);
    },
    close() {
      closed = true;
      for (const key of [...waiting.keys()])
        take(key)?.reject(new CallboardError("closed", "the client was closed before the answer came"));
    },
  };
}
