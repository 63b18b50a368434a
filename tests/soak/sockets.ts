import { WebSocket } from "ws";
import { below, type Random } from "./random.ts";

/** All open sockets of this process, so that any of them can be broken. */
const open: WebSocket[] = [];
const places = new Map<WebSocket, number>();
const FROZEN_MS = 3_000;

export const counts = { opened: 0, frames: 0, broken: 0 };

/** The client library's socket. */
export class CrowdSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { perMessageDeflate: false, skipUTF8Validation: true });
    this.on("open", () => {
      counts.opened++;
      places.set(this, open.push(this) - 1);
    });
    this.on("message", () => {
      counts.frames++;
    });
    this.on("close", () => leave(this));
  }
}

/** The last one takes the place of the removed one. */
function leave(socket: WebSocket): void {
  const place = places.get(socket);
  if (place === undefined) return;
  places.delete(socket);
  const last = open.pop()!;
  if (last === socket) return;
  open[place] = last;
  places.set(last, place);
}

/**
 * Breaks one of the open sockets: usually at once, sometimes after a time in which nothing arrives. It draws one of
 * `sockets`; if that is not open, it breaks none.
 */
export function breakOne(random: Random, sockets: number): void {
  const socket = open[below(random, sockets)];
  if (!socket) return;
  counts.broken++;
  const kind = random();
  if (kind < 0.6) socket.terminate();
  else if (kind < 0.8) socket.close();
  else {
    leave(socket);
    socket.pause();
    setTimeout(() => socket.terminate(), FROZEN_MS);
  }
}
