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

/** Something that a client did not do, or should not have done. */
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

/** What the client said on one of its connections, in the order in which it came. */
export interface Said<Message extends ClientMessage = ClientMessage> {
  readonly index: number;
  readonly at: number;
  readonly link: Link;
  readonly message: Message;
}

/** What the client asked of a channel, by `hello` or by `subscribe`. */
export interface Asked extends Said, Subscribe {
  readonly channel: Channel;
}

/** A person's answer, as the client is told to send it. */
export type Answer = Omit<ReplyBody, "replyId"> & { readonly requestId: RequestId };

type Type = ClientMessage["type"];
/** Answers a message in the case's own way; `usual` answers it as a server does. */
export type Listener<T extends Type> = (said: Said<ClientMessageOf<T>>, usual: () => void) => void;

/** What each `welcome` says. */
export interface Terms {
  heartbeatMs: Readonly<Record<string, number>>;
  /** How long a connection lasts. */
  lifeMs: number;
  /** By how much the server's clock is ahead of the client's. */
  aheadMs: number;
  /** More fields, as of a later version. */
  more: Readonly<Record<string, unknown>>;
}

/** What a case stands on: the server's side of the client's connections, its channels, and the client's program. */
export interface Stage {
  now(): number;
  /** A case may change them at any time. */
  readonly terms: Terms;
  /** All connections so far. */
  readonly links: readonly Link[];
  /** All that was said so far. */
  readonly said: readonly Said[];
  /** All lines so far that show a channel. */
  readonly shown: readonly (Shown & { readonly channel: string })[];
  board(channel: Channel): Board;
  /** Takes the place of the server's usual answer to a type of message. */
  on<T extends Type>(type: T, listener: Listener<T>): void;
  /** Takes the place of the answer to what is asked of a channel; what it sends goes before that answer. */
  onAsked(answer: (asked: Asked, usual: () => Subscribed) => Subscribed): void;
  /** Says with which status an opening is refused, if it is. */
  onOpening(status: () => number | undefined): void;
  /** Tells the program what to do. */
  follow(channel: Channel): void;
  leave(channel: Channel): void;
  reply(answer: Answer): void;
  /** Sends a change to every connection that follows the channel. */
  tell(channel: Channel, change: Change): void;
  /** Changes a channel and tells it. */
  push(channel: Channel, values: Readonly<Record<string, unknown>>): Change;
  /** Resolves with what is found once it is there; the case fails if it does not come in time. */
  until<T>(expected: string, find: () => T | undefined, came?: () => string): Promise<T>;
  /** The next message of that type, from the one with the index on. */
  hears<T extends Type>(
    type: T,
    from?: number,
    expected?: string,
    fits?: (said: Said<ClientMessageOf<T>>) => boolean,
  ): Promise<Said<ClientMessageOf<T>>>;
  /** The next time that a channel is asked for. */
  asks(channel: Channel, from?: number, expected?: string): Promise<Asked>;
  /** All times so far that it was. */
  asked(channel: Channel, from?: number): Asked[];
  /** The last line of the channel shows what the server has. */
  shows(channel: Channel, like?: Shown): Promise<void>;
  /** The line that says that a channel may not be followed. */
  refused(channel: Channel): Promise<void>;
  /** Resolves after so many milliseconds, in which the server says nothing. */
  waits(ms: number): Promise<void>;
  /** The receipt that the client prints for a request. */
  receipt(requestId: RequestId, status: string, code?: string): Promise<void>;
  receipts(requestId: RequestId): number;
  /** Fails the case unless it is so. */
  check(isSo: boolean, expected: string, came: string): void;
}

/** One thing that the protocol demands of a client, and how it is tried. */
export interface ConformanceCase {
  readonly name: string;
  /** What is demanded, in a sentence. */
  readonly demand: string;
  /** The section of PROTOCOL.md that demands it. */
  readonly section: string;
  /** Rejects with a `Breached` when the client does otherwise. */
  play(stage: Stage): Promise<void>;
}

/** What the server of all cases does with one of them. */
export interface RunningStage extends Stage {
  token(): string;
  /** The status with which an opening is refused. */
  opening(request: IncomingMessage): number | undefined;
  /** The client has followed a redirect. */
  misled(): void;
  connected(request: IncomingMessage, socket: WebSocket): void;
  /** The latest of what went over the wire, and of what the program said to people. */
  readonly traces: { readonly wire: readonly string[]; readonly words: readonly string[] };
  end(): Promise<void>;
}
