import type { LeanSocket } from "./lean-socket.ts";

/** How a browser of each kind of server starts. */
export interface Dialect {
  /** Answers an id when nothing more has to be said. */
  opened(socket: LeanSocket): string | undefined;
  /** Called with each text until it returns the connection's id as the server knows it. */
  ready(text: string, socket: LeanSocket): string | undefined;
  /** Answers what a server asks of a living client; true when it was that. */
  alive?(bytes: Buffer, socket: LeanSocket): boolean;
}

export type DialectName = keyof typeof dialects;

/** `channels` are those that a browser of Callboard follows from the start. */
export const dialects = {
  /** No greeting: ready when open. */
  plain: (): Dialect => ({ opened: () => "", ready: () => undefined }),

  callboard: (channels: readonly string[]): Dialect => {
    const hello = JSON.stringify({
      type: "hello",
      id: "m1",
      client: "bench",
      ...(channels.length > 0
        ? { channels: Object.fromEntries(channels.map((name) => [name, { sub: 1 }])) }
        : {}),
    });
    return {
      opened(socket) {
        socket.send(hello);
        return undefined;
      },
      ready(text) {
        const message = JSON.parse(text) as { type?: string; connectionId: string };
        if (message.type === undefined) throw new Error(`the gateway refused: ${text}`);
        return message.type === "welcome" ? message.connectionId : undefined;
      },
    };
  },

  /** Engine.IO 4 with the websocket transport, then Socket.IO 5 in its default namespace. */
  socketIo: (): Dialect => ({
    opened: () => undefined,
    ready(text, socket) {
      if (text.startsWith("0")) socket.send("40");
      return text.startsWith("40") ? (JSON.parse(text.slice(2)) as { sid: string }).sid : undefined;
    },
    alive(bytes, socket) {
      const isPing = bytes.length === 1 && bytes[0] === 0x32;
      if (isPing) socket.send("3");
      return isPing;
    },
  }),

  /** The handler of `bench/serverless-offline` answers anything with the connection's id. */
  serverlessOffline: (): Dialect => ({
    opened(socket) {
      socket.send("id");
      return undefined;
    },
    ready: (text) => text,
  }),
} satisfies Record<string, (channels: readonly string[]) => Dialect>;
