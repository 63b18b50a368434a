import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { frameReader, textFrame } from "./frames.ts";

/** A WebSocket that costs its process as little as possible, so that the server is measured. */
export interface LeanSocket {
  send(text: string): void;
  close(): void;
}

export interface LeanListener {
  /** The handshake is done. */
  opened(socket: LeanSocket): void;
  /** A text message; the bytes are valid until it returns. */
  text(bytes: Buffer, socket: LeanSocket): void;
  /** The socket is closed, or was never opened; called once. */
  closed(reason: string): void;
}

/** All sockets of a process read into the same memory: a message is handled before the next read. */
const shared = Buffer.allocUnsafe(64 * 1024);

/** Opens a WebSocket to a server on this machine. */
export function openLeanSocket(url: URL, protocols: readonly string[], listener: LeanListener): void {
  let read: ((chunk: Buffer) => void) | undefined;
  let head = "";
  const socket = connect({
    host: url.hostname,
    port: Number(url.port),
    noDelay: true,
    onread: {
      buffer: shared,
      callback(length) {
        const chunk = shared.subarray(0, length);
        if (read) read(chunk);
        else shake(chunk);
        return true;
      },
    },
  });
  const own: LeanSocket = {
    send: (text) => void socket.write(textFrame(text)),
    close: () => void socket.destroy(),
  };
  let reason = "closed";
  socket.once("error", (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message;
  });
  socket.once("close", () => listener.closed(reason));
  socket.write(upgradeRequest(url, protocols));

  function shake(chunk: Buffer): void {
    head += chunk.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    if (!head.startsWith("HTTP/1.1 101 ")) {
      reason = head.slice(0, head.indexOf("\r\n"));
      socket.destroy();
      return;
    }
    read = frameReader((bytes) => listener.text(bytes, own));
    listener.opened(own);
    const early = Buffer.from(head.slice(end + 4), "latin1");
    if (early.length > 0) read(early);
  }
}

const upgradeRequest = ({ host, pathname, search }: URL, protocols: readonly string[]): string =>
  [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    ...(protocols.length > 0 ? [`Sec-WebSocket-Protocol: ${protocols.join(", ")}`] : []),
    "",
    "",
  ].join("\r\n");
