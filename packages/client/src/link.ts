import { type Channel, type ClientMessage, subprotocolsFor } from "@callboard/protocol";
import type { Tell } from "./debug.ts";
import { type Frame, readFrame } from "./server-message.ts";

type Handler<Event> = { handle(event: Event): void }["handle"] | null;

/** What the client uses of a WebSocket; browsers, Node 22 and `ws` all have these members. */
export interface ClientSocket {
  onopen: Handler<unknown>;
  onmessage: Handler<{ data: unknown }>;
  onclose: Handler<unknown>;
  onerror: Handler<unknown>;
  send(text: string): void;
  close(): void;
  /** Over 1 once it is closing, before `onclose` says so: browsers complain of what is sent then. */
  readonly readyState?: number | undefined;
}

/** A WebSocket class: `globalThis.WebSocket`, or that of `ws`. */
export type WebSocketFactory = new (url: string, protocols: string[]) => ClientSocket;

/**
 * What a link was last told about a channel: by which message, with which number, and what has come of it. A subscribe
 * is `answered` by a refusal too; what is left is forgotten once that is answered.
 */
interface Told {
  id: string;
  sub: number;
  state: "subscribing" | "answered" | "leaving";
}

/** One socket's life, from its opening to its end. */
export interface Link {
  /** What it was told of each channel. */
  readonly told: Map<Channel, Told>;
  /** Sends a message; once the link has ended it does nothing. */
  send(message: ClientMessage): void;
  close(): void;
}

interface LinkEvents {
  opened(link: Link): void;
  message(link: Link, message: Frame): void;
  /** Comes exactly once, whoever closed it; nothing comes after it. */
  ended(link: Link): void;
}

/**
 * Opens a socket with the subprotocols `callboard.v1` and `callboard.bearer.<token>`. Throws what the WebSocket class
 * throws, for a token that cannot stand in a header for one.
 */
export function openLink(
  url: string,
  token: string,
  WebSocket: WebSocketFactory,
  tell: Tell,
  { opened, message, ended }: LinkEvents,
): Link {
  const socket = new WebSocket(url, subprotocolsFor(token));
  let over = false;

  // A dead network may keep a socket from ever saying that it is closed, so the link does not wait for it.
  function end(): void {
    if (over) return;
    over = true;
    socket.close();
    ended(link);
  }

  const link: Link = {
    told: new Map(),
    send: (outgoing) => {
      if (over || socket.readyState! > 1) return;
      const text = JSON.stringify(outgoing);
      socket.send(text);
      tell("sent", text);
    },
    close: end,
  };
  socket.onopen = () => {
    if (!over) opened(link);
  };
  socket.onmessage = ({ data }) => {
    if (over) return;
    const frame = readFrame(data);
    tell("received", data, frame);
    if (frame) message(link, frame);
  };
  socket.onclose = end;
  // `ws` throws an error that nobody listens to.
  socket.onerror = end;
  return link;
}
