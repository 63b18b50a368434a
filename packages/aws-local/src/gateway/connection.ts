import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Clock } from "../clock/clock.ts";
import type { Ending } from "./ending.ts";
import type { ConnectionFacts } from "./events.ts";
import { frameMeter } from "./frame-meter.ts";
import type { GatewayLimits } from "./limits.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";

/** The outcome of a message for a client. `sent` means that it was accepted for sending. */
export type PostOutcome = "sent" | "gone" | "too_large" | "throttled";

/** One open WebSocket connection, which ends when it has been idle or open for too long. */
export interface Connection extends Ending {
  readonly facts: ConnectionFacts;
  /** Time of the last message in either direction, in milliseconds since the epoch. */
  lastActiveAt(): number;
  post(message: OutgoingMessage, now?: number): PostOutcome;
  /** Sends waiting messages, then a close frame. Later posts are `gone`. */
  close(code: number, reason: string): void;
  /** Closes the socket at once. */
  terminate(): void;
  /** Resolves when the socket is closed and its listener was called. */
  readonly closed: Promise<void>;
}

/** How a connection ended, as `$disconnect` reports it. */
export interface ConnectionEnd {
  code: number;
  reason: string;
}

/** Receives a connection's messages and its end. */
export interface ConnectionListener {
  message(text: string): void;
  closed(end: ConnectionEnd): void;
}

/**
 * Supervises an upgraded socket: message and frame sizes, idle time, age. `transport` is the stream that the library
 * writes to; without compression it writes at once, so posts written there keep their order.
 */
export function openConnection(
  socket: WebSocket,
  transport: Duplex,
  facts: ConnectionFacts,
  clock: Clock,
  limits: GatewayLimits,
  listener: ConnectionListener,
): Connection {
  const openedAt = clock.now();
  let lastActiveAt = openedAt;
  // Set when this side has decided to end; the client's close frame, or none, does not change it.
  let end: ConnectionEnd | undefined;

  const close = (code: number, reason: string) => {
    if (end) return;
    end = { code, reason };
    socket.close(code, reason);
  };

  // Before the WebSocket parser, so that a frame that is too large is refused before it becomes a message.
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
  // A protocol error: the library has already sent the right close frame.
  socket.on("error", (error: NodeJS.ErrnoException) => {
    const tooLarge = error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
    end ??= tooLarge ? { code: 1009, reason: "Message is too large" } : { code: 1006, reason: "" };
  });
  const closed = new Promise<void>((resolve) => {
    socket.on("close", (code, reason) => {
      end ??= { code, reason: reason.toString() || (code === 1000 ? "Connection Closed Normally" : "") };
      listener.closed(end);
      resolve();
    });
  });

  return {
    facts,
    lastActiveAt: () => lastActiveAt,
    endsAt: () =>
      end ? Number.POSITIVE_INFINITY : Math.min(lastActiveAt + limits.idleMs, openedAt + limits.lifetimeMs),
    end: () => close(1001, "Going away"),
    post({ size, frame }, now = clock.now()) {
      if (end || socket.readyState !== socket.OPEN) return "gone";
      if (size > limits.messageBytes) return "too_large";
      if (socket.bufferedAmount + size > limits.sendBufferBytes) return "throttled";
      lastActiveAt = now;
      transport.write(frame);
      return "sent";
    },
    close,
    terminate: () => socket.terminate(),
    closed,
  };
}
