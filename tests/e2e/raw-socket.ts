import { WebSocket } from "ws";
import { within } from "./people.ts";

/** A received frame; the gateway's own have no `type`. */
type Frame = { readonly type?: string; readonly re?: string } & Readonly<Record<string, unknown>>;

/** A WebSocket without the client library. */
export interface RawSocket {
  send(data: string | Uint8Array): void;
  /** Sends a message and waits for the answer with its id in `re`. */
  ask(message: { readonly id: string } & Readonly<Record<string, unknown>>): Promise<Frame>;
  /** The first frame that fits, now or later. */
  next(fits: (frame: Frame) => boolean): Promise<Frame>;
  /** All received frames, as text. */
  readonly received: readonly string[];
  /** The code that the other end closed with. */
  readonly closed: Promise<number>;
  close(): void;
}

export type Opening =
  | { readonly kind: "open"; readonly socket: RawSocket }
  | { readonly kind: "refused"; readonly status: number };

const PATIENCE_MS = 10_000;

/** Opens a WebSocket with these subprotocols, or says with which status it was refused. */
export function openRaw(url: string, protocols: string[]): Promise<Opening> {
  const socket = new WebSocket(url, protocols);
  const received: string[] = [];
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data) => {
    received.push(String(data));
    frames.push(JSON.parse(String(data)));
    for (const look of [...waiting]) look();
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const next = (fits: (frame: Frame) => boolean) =>
    within(
      PATIENCE_MS,
      "a frame",
      new Promise<Frame>((found) => {
        const look = () => {
          const frame = frames.find(fits);
          if (!frame) return;
          waiting.delete(look);
          found(frame);
        };
        waiting.add(look);
        look();
      }),
    );
  const raw: RawSocket = {
    send: (data) => socket.send(data),
    ask(message) {
      socket.send(JSON.stringify(message));
      return next(({ re }) => re === message.id);
    },
    next,
    received,
    closed,
    close: () => socket.close(),
  };
  const opening = new Promise<Opening>((resolve) => {
    socket.once("open", () => resolve({ kind: "open", socket: raw }));
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      resolve({ kind: "refused", status: response.statusCode ?? 0 });
    });
    // A refused upgrade that is aborted here emits an error of its own.
    socket.on("error", () => {});
  });
  return within(PATIENCE_MS, "an opening", opening);
}

/** The subprotocols that carry a token. */
export const bearing = (token: string): string[] => ["callboard.v1", `callboard.bearer.${token}`];
