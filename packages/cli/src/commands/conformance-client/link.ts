import type { ServerMessage } from "@callboard/protocol";
import type { WebSocket } from "ws";

/** The server's end of one connection of the client. */
export interface Link {
  /** 1 is the first connection of the case. */
  readonly number: number;
  /** In milliseconds, by the machine's clock. */
  readonly openedAt: number;
  readonly isOpen: boolean;
  /** The channels that it follows, of which it was told by now. */
  readonly follows: Set<string>;
  /** Sends a message, or what a server of another version might send. */
  send(message: ServerMessage | Readonly<Record<string, unknown>>): void;
  /** The network goes: the connection ends without a word. */
  cut(): void;
  /** The server closes it. */
  close(): void;
}

/** Bytes of a frame, as API Gateway parts a message: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const FRAME_BYTES = 32 * 1024;

/** Stands at the server's end of a socket. `sent` is given all that is sent, and the id of what it answers. */
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
