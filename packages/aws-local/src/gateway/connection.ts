import { isUtf8 } from "node:buffer";
import type { WebSocket } from "ws";
import type { Clock } from "../clock/clock.ts";
import type { ConnectionFacts } from "./events.ts";
import { frameMeter } from "./frame-meter.ts";
import type { GatewayLimits } from "./limits.ts";

/** What became of a message for a client. `sent` means that it was accepted for sending. */
export type PostOutcome = "sent" | "gone" | "too_large" | "throttled";

/** One open WebSocket connection. */
export interface Connection {
  readonly facts: ConnectionFacts;
  /** When the last message went either way, in milliseconds since the epoch. */
  lastActiveAt(): number;
  post(data: string | Uint8Array): PostOutcome;
  /** Sends what waits, then a close frame. Later posts are `gone`. */
  close(code: number, reason: string): void;
  /** Drops the socket at once. */
  terminate(): void;
  /** Resolves when the socket is gone and its listener has been told. */
  readonly closed: Promise<void>;
}

/** How a connection ended, as `$disconnect` reports it. */
export interface ConnectionEnd {
  code: number;
  reason: string;
}

/** Whom a connection tells about its messages and its end. */
export interface ConnectionListener {
  message(text: string): void;
  closed(end: ConnectionEnd): void;
}

/** Watches over an upgraded socket: message and frame sizes, idle time, age. */
export function openConnection(
  socket: WebSocket,
  transport: NodeJS.EventEmitter,
  facts: ConnectionFacts,
  clock: Clock,
  limits: GatewayLimits,
  listener: ConnectionListener,
): Connection {
  let lastActiveAt = clock.now();
  // Set once this side has decided on the end; a client that never answers the close frame does not change it.
  let end: ConnectionEnd | undefined;

  const close = (code: number, reason: string) => {
    if (end) return;
    end = { code, reason };
    socket.close(code, reason);
  };

  let cancelIdle = () => {};
  const watchIdle = () => {
    const left = lastActiveAt + limits.idleMs - clock.now();
    if (left <= 0) close(1001, "Going away");
    else cancelIdle = clock.after(left, watchIdle);
  };
  watchIdle();
  const cancelAge = clock.after(limits.lifetimeMs, () => close(1001, "Going away"));

  // Ahead of the WebSocket parser, so that a frame that is too large is refused before it becomes a message.
  const meter = frameMeter(limits.frameBytes);
  const measure = (chunk: Buffer) => {
    if (meter(chunk) === "within") return;
    transport.removeListener("data", measure);
    close(1009, "Frame is too large");
  };
  transport.prependListener("data", measure);

  socket.on("message", (data, isBinary) => {
    if (end) return;
    lastActiveAt = clock.now();
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
    if (isBinary) close(1003, "Binary frames are not supported");
    else listener.message(data.toString());
  });
  // A breach of the protocol: the library has already sent the fitting close frame.
  socket.on("error", (error: NodeJS.ErrnoException) => {
    const tooLarge = error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
    end ??= tooLarge ? { code: 1009, reason: "Message is too large" } : { code: 1006, reason: "" };
  });
  const closed = new Promise<void>((resolve) => {
    socket.on("close", (code, reason) => {
      end ??= { code, reason: reason.toString() || (code === 1000 ? "Connection Closed Normally" : "") };
      cancelIdle();
      cancelAge();
      listener.closed(end);
      resolve();
    });
  });

  return {
    facts,
    lastActiveAt: () => lastActiveAt,
    post(data) {
      if (end || socket.readyState !== socket.OPEN) return "gone";
      const size = typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
      if (size > limits.messageBytes) return "too_large";
      if (socket.bufferedAmount + size > limits.sendBufferBytes) return "throttled";
      lastActiveAt = clock.now();
      // A text frame of invalid UTF-8 would make the client drop the connection.
      socket.send(data, { binary: typeof data !== "string" && !isUtf8(data) });
      return "sent";
    },
    close,
    terminate: () => socket.terminate(),
    closed,
  };
}
