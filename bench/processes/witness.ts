import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";
import { dialects } from "../sockets/dialects.ts";
import { type LeanSocket, openLeanSocket } from "../sockets/lean-socket.ts";
import { markerIn } from "../sockets/marker.ts";

export type Witness = typeof commands;

export interface Seen {
  /** On the machine's clock. */
  readonly at: number;
  readonly text: string;
}

/** The first message with each marker. */
const seen = new Map<string, Seen>();
const waiting = new Map<string, (first: Seen) => void>();
const sockets: LeanSocket[] = [];

const commands = {
  /** A browser that follows some channels of Callboard; resolves when it was welcomed. */
  follow(url: string, protocols: readonly string[], channels: readonly string[]): Promise<void> {
    const dialect = dialects.callboard(channels);
    return new Promise((welcomed, fail) => {
      let isReady = false;
      openLeanSocket(new URL(url), protocols, {
        opened: (socket) => void dialect.opened(socket),
        text(bytes, socket) {
          if (isReady) return look(bytes.toString());
          if (dialect.ready(bytes.toString(), socket) === undefined) return;
          isReady = true;
          sockets.push(socket);
          welcomed();
        },
        closed: (reason) => fail(new Error(`a socket was closed: ${reason}`)),
      });
    });
  },

  /** The first message with this marker, which may have arrived already. */
  first(marker: string): Promise<Seen> {
    const known = seen.get(marker);
    if (known) return Promise.resolve(known);
    return new Promise((done) => waiting.set(marker, done));
  },

  /** Sends a message from the first browser; returns when, in milliseconds since the epoch. */
  say(message: object): number {
    const at = performance.timeOrigin + performance.now();
    sockets[0]!.send(JSON.stringify(message));
    return at;
  },

  /** Makes that many round trips to an echo server; returns the time of each in milliseconds. */
  async roundTrips(url: string, count: number): Promise<number[]> {
    let answered = (_: unknown) => {};
    const socket = await new Promise<LeanSocket>((opened, fail) =>
      openLeanSocket(new URL(url), [], {
        opened,
        text: () => answered(0),
        closed: (cause) => fail(new Error(cause)),
      }),
    );
    const trips: number[] = [];
    for (let n = 0; n < count; n++) {
      const start = now();
      const answer = new Promise((done) => {
        answered = done;
      });
      socket.send(`round trip ${n}`);
      await answer;
      trips.push(now() - start);
    }
    socket.close();
    return trips;
  },
};

function look(text: string): void {
  const marker = markerIn(text);
  if (marker === undefined || seen.has(marker)) return;
  const first = { at: now(), text };
  seen.set(marker, first);
  waiting.get(marker)?.(first);
  waiting.delete(marker);
}

serve(commands);
