import { type ClientMessage, type ServerMessage, subprotocolsFor } from "@callboard/protocol";
import { WebSocket } from "ws";

type Distributive<T> = T extends unknown ? Omit<T, "id"> : never;

/** The outcome of an attempt to connect. */
export type Opening =
  | { readonly outcome: "open"; readonly link: Link }
  | { readonly outcome: "refused"; readonly status: number }
  /** Nothing answers there, or not as a WebSocket server; the code is Node's. */
  | { readonly outcome: "unreachable"; readonly code: string }
  | { readonly outcome: "silent" };

/** A connection and all its messages. */
export interface Link {
  /** Sends a message and returns its answer; undefined when none comes in time. */
  ask(message: Distributive<ClientMessage>, withinMs: number): Promise<ServerMessage | undefined>;
  /** The first message that fits, received already or later; undefined when none comes in time. */
  next(fits: (message: ServerMessage) => boolean, withinMs: number): Promise<ServerMessage | undefined>;
  /** The code with which the other end closed the connection. */
  readonly closed: () => number | undefined;
  close(): void;
}

const CLOSE_MS = 1_000;

/** Opens a WebSocket with a token, as every client does. */
export function openLink(url: string, token: string, withinMs: number): Promise<Opening> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, subprotocolsFor(token), { handshakeTimeout: withinMs });
    const link = linkOver(socket);
    socket.once("open", () => resolve({ outcome: "open", link }));
    socket.once("unexpected-response", (request, response) => {
      resolve({ outcome: "refused", status: response.statusCode ?? 0 });
      request.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      resolve(
        /handshake has timed out/.test(error.message)
          ? { outcome: "silent" }
          : { outcome: "unreachable", code: error.code ?? error.message },
      ),
    );
  });
}

function linkOver(socket: WebSocket): Link {
  const came: ServerMessage[] = [];
  const looking = new Set<() => void>();
  let asked = 0;
  let closed: number | undefined;
  socket.on("message", (data) => {
    came.push(readMessage(String(data)));
    for (const look of [...looking]) look();
  });
  socket.once("close", (code) => {
    closed = code;
    for (const look of [...looking]) look();
  });

  const next: Link["next"] = (fits, withinMs) =>
    new Promise((resolve) => {
      const found = (message: ServerMessage | undefined) => {
        looking.delete(look);
        clearTimeout(timer);
        resolve(message);
      };
      const look = () => {
        const message = came.find(fits);
        if (message || closed !== undefined) found(message);
      };
      const timer = setTimeout(() => found(undefined), withinMs);
      looking.add(look);
      look();
    });

  return {
    next,
    ask(message, withinMs) {
      const id = `m${++asked}`;
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ ...message, id }));
      return next((answer) => ("re" in answer && answer.re === id) || isGateways(answer), withinMs);
    },
    closed: () => closed,
    close() {
      socket.close();
      // A server that does not answer the close is not waited for.
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    },
  };
}

/** API Gateway's own answer when it gets none from the function: `{message, connectionId, requestId}`. */
export const isGateways = (answer: object): answer is { readonly message: string } =>
  !("type" in answer) && "message" in answer;

function readMessage(text: string): ServerMessage {
  try {
    return JSON.parse(text) as ServerMessage;
  } catch {
    return {} as ServerMessage;
  }
}
