import { type Channel, type ClientMessage, subprotocolsFor } from "@callboard/protocol";
import type { Report } from "./debug.ts";
import { type Frame, readFrame } from "./server-message.ts";

type Handler<Event> = { handle(event: Event): void }["handle"] | null;

/** The members of a WebSocket that the client uses; browsers, Node 22 and `ws` have them all. */
export interface ClientSocket {
  onopen: Handler<unknown>;
  onmessage: Handler<{ data: unknown }>;
  onclose: Handler<unknown>;
  onerror: Handler<unknown>;
  send(text: string): void;
  close(): void;
  /** Above 1 once it is closing, before `onclose`: browsers log an error for a later `send`. */
  readonly readyState?: number | undefined;
}

/** A WebSocket class: `globalThis.WebSocket`, or the one of `ws`. */
export type WebSocketFactory = new (url: string, protocols: string[]) => ClientSocket;

/**
 * The last message that a link has sent about a channel: its id, its number, and whether it was answered. A
 * refusal answers a subscribe too; a channel that was left is forgotten once the unsubscribe is answered.
 */
interface LastSent {
  id: string;
  sub: number;
  state: "subscribing" | "answered" | "leaving";
}

/** One socket, from its opening to its end. */
export interface Link {
  /** The last message sent about each channel. */
  readonly sent: Map<Channel, LastSent>;
  /** Sends a message; does nothing once the link has ended. */
  send(message: ClientMessage): void;
  close(): void;
}

interface LinkEvents {
  opened(link: Link): void;
  message(link: Link, message: Frame): void;
  /** Called exactly once, by either side's close; nothing is called after it. */
  ended(link: Link): void;
}

/**
 * Opens a socket with the subprotocols `callboard.v1` and `callboard.bearer.<token>`. Throws what the
 * WebSocket class throws, for example for a token that is not allowed in a header.
 */
export function openLink(
  url: string,
  token: string,
  WebSocket: WebSocketFactory,
  report: Report,
  { opened, message, ended }: LinkEvents,
): Link {
  const socket = new WebSocket(url, subprotocolsFor(token));
  let over = false;

  // On a dead network a socket may never report its close, so the link does not wait for it.
  function end(): void {
    if (over) return;
    over = true;
    socket.close();
    ended(link);
  }

  const link: Link = {
    sent: new Map(),
    send: (outgoing) => {
      if (over || socket.readyState! > 1) return;
      const text = JSON.stringify(outgoing);
      socket.send(text);
      report("sent", text);
    },
    close: end,
  };
  socket.onopen = () => {
    if (!over) opened(link);
  };
  socket.onmessage = ({ data }) => {
    if (over) return;
    const frame = readFrame(data);
    report("received", data, frame);
    if (frame) message(link, frame);
  };
  socket.onclose = end;
  // `ws` throws errors that have no listener.
  socket.onerror = end;
  return link;
}
