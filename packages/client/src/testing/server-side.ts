import type { ClientMessage, ServerMessage } from "@callboard/protocol";
import { bearerOf, parseClientMessage } from "@callboard/protocol";
import type { ClientSocket, WebSocketFactory } from "../link.ts";

/** The server's end of one socket. The client's frames queue until a test takes them, so none is lost. */
export interface ServerSide {
  readonly token: string;
  readonly open: boolean;
  /** Neither open nor opening. */
  readonly closed: boolean;
  /** Messages of the client that were not taken yet. */
  readonly inbox: ClientMessage[];
  /** Takes the oldest message of that type; throws when there is none. */
  take<T extends ClientMessage["type"]>(type: T): Extract<ClientMessage, { type: T }>;
  accept(): void;
  refuse(): void;
  say(message: ServerMessage): void;
  sayText(text: string): void;
  drop(): void;
}

/** Sockets without a network: each `new` of the factory appears as a `ServerSide`, at once and in order. */
export interface FakeNetwork {
  readonly WebSocket: WebSocketFactory;
  readonly sides: ServerSide[];
  /** The newest socket. */
  last(): ServerSide;
}

/**
 * `closed` is called when the client closes a socket, not when the server does. `malformed` makes the answer
 * to a frame that is not a message; without it such a frame throws in the client.
 */
export function fakeNetwork(
  options: {
    connected?: (side: ServerSide) => void;
    received?: (side: ServerSide) => void;
    closed?: (side: ServerSide) => void;
    malformed?: ((side: ServerSide, answer: ServerMessage) => void) | undefined;
  } = {},
): FakeNetwork {
  const sides: ServerSide[] = [];

  class FakeSocket implements ClientSocket {
    onopen: ClientSocket["onopen"] = null;
    onmessage: ClientSocket["onmessage"] = null;
    onclose: ClientSocket["onclose"] = null;
    onerror: ClientSocket["onerror"] = null;
    #state: "connecting" | "open" | "closed" = "connecting";
    readonly #side: ServerSide;

    constructor(_url: string, protocols: string[]) {
      if (!protocols.every((name) => /^[\w.-]+$/.test(name))) throw new SyntaxError("not a subprotocol");
      const inbox: ClientMessage[] = [];
      const shut = () => {
        if (this.#state === "closed") return;
        this.#state = "closed";
        this.onclose?.({});
      };
      const is = (state: "open" | "closed") => this.#state === state;
      this.#side = {
        token: bearerOf(protocols) ?? "",
        get open() {
          return is("open");
        },
        get closed() {
          return is("closed");
        },
        inbox,
        take(type) {
          const at = inbox.findIndex((message) => message.type === type);
          const [message] = at < 0 ? [] : inbox.splice(at, 1);
          if (!message)
            throw new Error(`no ${type} among ${inbox.map((one) => one.type).join(", ") || "nothing"}`);
          return message as Extract<ClientMessage, { type: typeof type }>;
        },
        accept: () => {
          if (this.#state === "closed") return;
          this.#state = "open";
          this.onopen?.({});
        },
        refuse: () => {
          this.onerror?.({});
          shut();
        },
        say: (message) => this.#side.sayText(JSON.stringify(message)),
        sayText: (text) => {
          if (this.#state === "open") this.onmessage?.({ data: text });
        },
        drop: shut,
      };
      sides.push(this.#side);
      // Test runners may fake `queueMicrotask`.
      void Promise.resolve().then(() => options.connected?.(this.#side));
    }

    send(text: string): void {
      if (this.#state !== "open") throw new Error("the socket is not open");
      const parsed = parseClientMessage(text);
      if (parsed.ok) {
        this.#side.inbox.push(parsed.message);
        options.received?.(this.#side);
      } else if (options.malformed) options.malformed(this.#side, parsed.error);
      else throw new Error(`the client sent an invalid message: ${JSON.stringify(parsed.error)}`);
    }

    close(): void {
      if (this.#state === "closed") return;
      this.#state = "closed";
      options.closed?.(this.#side);
    }
  }

  return {
    WebSocket: FakeSocket,
    sides,
    last() {
      const side = sides.at(-1);
      if (!side) throw new Error("there is no connection");
      return side;
    },
  };
}
