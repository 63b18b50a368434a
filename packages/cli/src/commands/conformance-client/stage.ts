import type { IncomingMessage } from "node:http";
import type {
  Channel,
  ClientMessage,
  ClientMessageOf,
  ReplyBody,
  RequestId,
  Subscribe,
  Subscribed,
} from "@callboard/protocol";
import type { WebSocket } from "ws";
import type { Board, Change, Shown } from "./board.ts";
import type { Link } from "./link.ts";
import type { Breach } from "./wire-rules.ts";

/** What a client did not do, or should not have done. */
export class Breached extends Error implements Breach {
  override readonly name = "Breached";
  readonly expected: string;
  readonly came: string;
  constructor({ expected, came }: Breach) {
    super(`expected ${expected}; came ${came}`);
    this.expected = expected;
    this.came = came;
  }
}

/** A message from the client on one of its connections, in order of arrival. */
export interface Received<Message extends ClientMessage = ClientMessage> {
  readonly index: number;
  readonly at: number;
  readonly link: Link;
  readonly message: Message;
}

/** A client's request for a channel, by `hello` or `subscribe`. */
export interface Asked extends Received, Subscribe {
  readonly channel: Channel;
}

/** A person's answer that the client should send. */
export type Answer = Omit<ReplyBody, "replyId"> & { readonly requestId: RequestId };

type Type = ClientMessage["type"];
/** Answers a message in the case's own way; `usual` answers it like a normal server. */
export type Listener<T extends Type> = (received: Received<ClientMessageOf<T>>, usual: () => void) => void;

/** The content of each `welcome`. */
export interface Terms {
  heartbeatMs: Readonly<Record<string, number>>;
  /** How long a connection lasts. */
  lifeMs: number;
  /** How far the server's clock is ahead of the client's. */
  aheadMs: number;
  /** Further fields, as in a later version. */
  more: Readonly<Record<string, unknown>>;
}

/**
 * The tools of a case: the server's side of the client's connections, its channels, and the client's program.
 */
export interface Stage {
  now(): number;
  /** A case may change them at any time. */
  readonly terms: Terms;
  /** All connections so far. */
  readonly links: readonly Link[];
  /** All messages so far. */
  readonly received: readonly Received[];
  /** All printed lines so far that show a channel. */
  readonly shown: readonly (Shown & { readonly channel: string })[];
  board(channel: Channel): Board;
  /** Replaces the server's usual answer to a type of message. */
  on<T extends Type>(type: T, listener: Listener<T>): void;
  /** Replaces the answer for a channel; messages that the function sends go before that answer. */
  onAsked(answer: (asked: Asked, usual: () => Subscribed) => Subscribed): void;
  /** Sets the status with which new connections are refused, if any. */
  onOpening(status: () => number | undefined): void;
  /** Asks the program to follow a channel. */
  follow(channel: Channel): void;
  leave(channel: Channel): void;
  reply(answer: Answer): void;
  /** Sends a change to every connection that follows the channel. */
  deliver(channel: Channel, change: Change): void;
  /** Changes a channel and sends the change. */
  push(channel: Channel, values: Readonly<Record<string, unknown>>): Change;
  /** Waits until `find` returns something; the case fails if that takes too long. */
  until<T>(expected: string, find: () => T | undefined, came?: () => string): Promise<T>;
  /** The next message of that type, from the given index on. */
  receives<T extends Type>(
    type: T,
    from?: number,
    expected?: string,
    fits?: (received: Received<ClientMessageOf<T>>) => boolean,
  ): Promise<Received<ClientMessageOf<T>>>;
  /** The next subscribe to a channel. */
  asks(channel: Channel, from?: number, expected?: string): Promise<Asked>;
  /** All subscribes to a channel so far. */
  asked(channel: Channel, from?: number): Asked[];
  /** Waits until the last line of the channel shows the server's state. */
  shows(channel: Channel, like?: Shown): Promise<void>;
  /** Waits for the line that says that a channel may not be followed. */
  refused(channel: Channel): Promise<void>;
  /** Resolves after some milliseconds, in which the server sends nothing. */
  waits(ms: number): Promise<void>;
  /** The receipt that the client prints for a request. */
  receipt(requestId: RequestId, status: string, code?: string): Promise<void>;
  receipts(requestId: RequestId): number;
  /** Fails the case unless `isSo`. */
  check(isSo: boolean, expected: string, came: string): void;
}

/** One requirement of the protocol, and a test of it. */
export interface ConformanceCase {
  readonly name: string;
  /** The requirement, in a sentence. */
  readonly demand: string;
  /** The section of PROTOCOL.md that requires it. */
  readonly section: string;
  /** Rejects with a `Breached` when the client does otherwise. */
  play(stage: Stage): Promise<void>;
}

/** A running case, as the server of all cases uses it. */
export interface RunningStage extends Stage {
  token(): string;
  /** The status with which an opening is refused. */
  opening(request: IncomingMessage): number | undefined;
  /** The client has followed a redirect. */
  redirected(): void;
  connected(request: IncomingMessage, socket: WebSocket): void;
  /** The latest frames, and the latest lines for people. */
  readonly traces: { readonly wire: readonly string[]; readonly words: readonly string[] };
  end(): Promise<void>;
}
