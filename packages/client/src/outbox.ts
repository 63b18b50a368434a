import {
  type ClientMessage,
  type ClientMessageOf,
  clientMessageBytes,
  type RefusalCode,
  type ServerMessageOf,
} from "@callboard/protocol";
import type { ClientClock } from "./clock.ts";
import { CallboardError } from "./error.ts";
import { isJson, jsonBytes } from "./json.ts";
import type { Link } from "./link.ts";
import { createListeners, type Listeners } from "./listeners.ts";

/** The most calls of one kind that may wait for answers at a time; pictures do not delay replies. */
const MAX_WAITING = 100;

/** A person's answer to a request. */
export type ReplyInput = Omit<ClientMessageOf<"reply">, "type" | "id" | "replyId"> & {
  /** The id of the reply, which counts once however often it is sent; created if missing. */
  replyId?: string | undefined;
};

/** The server's first answer to a reply; later states are in the inbox, under `receipt/<replyId>`. */
export type Receipt =
  | { readonly status: "accepted"; readonly replyId: string }
  | {
      readonly status: "refused";
      readonly replyId: string;
      readonly code: RefusalCode;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** What a user does about a request, other than answering it. */
type Act = ActOf<"attend"> | ActOf<"extend"> | ActOf<"reassign">;
type ActOf<T extends "attend" | "extend" | "reassign"> = Omit<ClientMessageOf<T>, "id">;

/** The server's answer to an act. */
export type Acted =
  | { readonly status: "accepted" }
  | {
      readonly status: "refused";
      readonly code: RefusalCode;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** A signed URL, and when it expires, in milliseconds since the Unix epoch. */
export interface Resolved {
  readonly url: string;
  readonly expiresAt: number;
}

type Answer = ServerMessageOf<"receipt" | "acted" | "resolved">;

interface Waiting {
  message: ClientMessage;
  /** The message without its ids, to recognize the same one. */
  text: string;
  /** Listeners for when it is sent; undefined once it was sent. */
  unsent: Listeners<[]> | undefined;
  answer: () => Promise<unknown>;
  /** Ends the wait, with the answer or with an error. */
  end: (outcome: Receipt | Acted | Resolved | CallboardError) => void;
}

/** Messages that expect one answer each: they are sent, and sent again on every new link, until it comes. */
interface Outbox {
  reply(input: ReplyInput, sent?: () => void): Promise<Receipt>;
  resolve(ref: string): Promise<Resolved>;
  act(act: Act): Promise<Acted>;
  /** Takes an answer. One that no message waits for changes nothing. */
  answer(message: Answer | ServerMessageOf<"error">): void;
  awaiting(): boolean;
  /** Sends all unanswered messages again, unchanged. */
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
  /** A message is to be sent. */
  wanted: () => void;
  /** The server could not handle a message now; `afterMs` is the wait that it asked for, in milliseconds. */
  refused: (afterMs?: number) => void;
  /** A message was sent that expects an answer. */
  sent: () => void;
}): Outbox {
  const { clock, timeoutMs, nextId, newReplyId, current, wanted } = options;
  /** By message id. */
  const waiting = new Map<string, Waiting>();
  let closed = false;

  /**
   * An identical message that is already waiting is not sent once more; the same reply id alone is not
   * enough.
   */
  async function post<T>(message: ClientMessage, sent: () => void = () => {}): Promise<T> {
    check(message);
    const text = JSON.stringify(message.type === "reply" ? { ...message, id: undefined } : message);
    const known = [...waiting.values()].find((one) => one.text === text);
    if (known) {
      if (known.unsent) known.unsent.add(sent);
      else sent();
      return known.answer() as Promise<T>;
    }
    const sameKind = [...waiting.values()].filter((one) => one.message.type === message.type);
    if (sameKind.length >= MAX_WAITING)
      throw new CallboardError("too_many", `${MAX_WAITING} calls wait for their answers`);
    wanted();
    const unsent = createListeners<[]>();
    unsent.add(sent);
    const answer = new Promise<unknown>((settle, reject) => {
      const one: Waiting = {
        message,
        text,
        unsent,
        answer: () => answer,
        end(outcome) {
          waiting.delete(message.id);
          cancelTimeout();
          if (outcome instanceof CallboardError) reject(outcome);
          else settle(outcome);
        },
      };
      const cancelTimeout = clock.after(timeoutMs, () => one.end(timeoutError(one)));
      waiting.set(message.id, one);
      send(one);
    });
    return answer as Promise<T>;
  }

  const timeoutError = ({ unsent }: Waiting): CallboardError =>
    unsent
      ? new CallboardError("not_sent", `no connection for ${timeoutMs} ms`)
      : new CallboardError("timeout", `no answer for ${timeoutMs} ms`);

  function check(message: ClientMessage): void {
    if (closed) throw isClosed();
    if ("value" in message && !isJson(message.value))
      throw new CallboardError("invalid", "JSON cannot keep the value");
    if (jsonBytes(message) > clientMessageBytes)
      throw new CallboardError("too_large", `over ${clientMessageBytes} bytes`);
  }

  function send(one: Waiting): void {
    const link = current();
    if (!link) return;
    link.send(one.message);
    options.sent();
    one.unsent?.emit();
    one.unsent = undefined;
  }

  return {
    reply: (input, sent) =>
      post({ ...input, type: "reply", id: nextId(), replyId: input.replyId ?? newReplyId() }, sent),
    resolve: (ref) => post({ type: "resolve", id: nextId(), ref }),
    act: (act) => post({ ...act, id: nextId() }),
    answer(message) {
      const one = waiting.get(message.re ?? "");
      if (!one) return;
      if (message.type !== "error") one.end(outcomeOf(message));
      else if (message.retry === "never") one.end(new CallboardError(message.code, message.message));
      // With `reauthenticate` a new connection is being opened, which sends it again.
      else options.refused(message.retryAfterMs);
    },
    awaiting: () => waiting.size > 0,
    resend() {
      for (const one of waiting.values()) send(one);
    },
    close() {
      closed = true;
      for (const one of [...waiting.values()]) one.end(isClosed());
    },
  };
}

const isClosed = () => new CallboardError("closed", "the client is closed");

function outcomeOf(answer: Answer): Receipt | Acted | Resolved {
  if (answer.type === "resolved") return { url: answer.url, expiresAt: answer.expiresAt };
  const { status, code = "invalid", details = {} } = answer;
  const outcome: Acted = status === "accepted" ? { status } : { status: "refused", code, details };
  return answer.type === "receipt" ? { ...outcome, replyId: answer.replyId } : outcome;
}
