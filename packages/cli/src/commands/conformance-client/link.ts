import type { ServerMessage } from "@callboard/protocol";
import type { WebSocket } from "ws";

/** The server's end of one connection of the client. */
export interface Link {
  /** 1 is the first connection of the case. */
  readonly number: number;
  /** In milliseconds, by the machine's clock. */
  readonly openedAt: number;
  readonly isOpen: boolean;
  /** The channels that it follows, from the client's messages so far. */
  readonly follows: Set<string>;
  /** Sends a message, or what another version's server might send. */
  send(message: ServerMessage | Readonly<Record<string, unknown>>): void;
  /** The network fails: the connection ends without a close frame. */
  cut(): void;
  /** The server closes it. */
  close(): void;
}

/**
 * The size of a frame in which API Gateway splits a message, in bytes:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const FRAME_BYTES = 32 * 1024;

/** The server's end of a socket. `sent` is called with each message sent, and the id that it answers. */
export function createLink(
  number: number,
  openedAt: number,
  socket: WebSocket,
  sent: (text: string, re: string | undefined) => void,
): Link {
  return {
    number,
    openedAt,
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    follows: new Set(),
    send(message) {
      if (!this.isOpen) return;
      const text = JSON.stringify(message);
      sent(text, "re" in message ? String(message.re) : undefined);
      const bytes = Buffer.from(text);
      for (let start = 0; start < bytes.length; start += FRAME_BYTES) {
        const end = start + FRAME_BYTES;
        socket.send(bytes.subarray(start, end), { binary: false, fin: end >= bytes.length });
      }
    },
    cut: () => socket.terminate(),
    close: () => socket.close(1001),
  };
}
