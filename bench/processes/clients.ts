import { type Callboard, type Channel, type ChannelView, connect } from "@callboard/client";
import { WebSocket } from "ws";
import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";

export type Clients = typeof commands;

interface Person {
  readonly client: Callboard;
  readonly view: ChannelView;
}

/** How long a client may wait for its token before it counts as failed, in milliseconds. */
const OPEN_TIMEOUT_MS = 120_000;
const people: Person[] = [];
const sockets = new Set<WebSocket>();
let atGate: (() => void)[] = [];
let isOpen = true;
let told: (() => void) | undefined;

/** A socket that can be dropped from outside. */
class KnownSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    sockets.add(this);
    this.once("close", () => sockets.delete(this));
  }
}

/** Waits while the gate is shut: clients ask for a token before each attempt, which is where they can be held. */
function passGate(token: string): string | Promise<string> {
  if (isOpen) return token;
  return new Promise((pass) => {
    atGate.push(() => pass(token));
    told?.();
  });
}

/** Resolves when each has its complete channel up to an offset, with the time of the last one. */
function untilWhole(offset: number): Promise<number> {
  return new Promise((done) => {
    let left = people.length;
    for (const { view } of people) {
      let end = () => {};
      let whole = false;
      const look = () => {
        if (whole || view.status !== "following" || view.offset < offset) return;
        whole = true;
        end();
        if (--left === 0) done(now());
      };
      end = view.follow(look);
      look();
      if (whole) end();
    }
  });
}

/** People with the client library, each of whom follows one channel. */
const commands = {
  /** Connects more of them; resolves when all have what the channel holds. */
  async join(url: string, token: string, channel: Channel, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const client = connect({
        url,
        token: () => passGate(token),
        WebSocket: KnownSocket,
        name: "bench",
        openTimeoutMs: OPEN_TIMEOUT_MS,
      });
      const view = client.channel(channel);
      view.follow();
      people.push({ client, view });
    }
    await untilWhole(0);
  },

  /** From now on no client that has lost the connection reconnects. */
  shutGate(): void {
    isOpen = false;
  },

  drop(): void {
    for (const socket of sockets) socket.terminate();
  },

  /** Resolves when all clients wait for a token. */
  async gathered(): Promise<void> {
    while (atGate.length < people.length)
      await new Promise<void>((more) => {
        told = more;
      });
  },

  /** Lets all clients connect; returns the milliseconds until the last has its complete channel up to an offset. */
  async recover(offset: number): Promise<number> {
    const whole = untilWhole(offset);
    const start = now();
    isOpen = true;
    for (const pass of atGate) pass();
    atGate = [];
    return (await whole) - start;
  },

  /** Opens that many bare sockets at the same time; returns the milliseconds until the last is open. */
  async bare(url: string, count: number): Promise<number> {
    const start = now();
    const opened = Array.from({ length: count }, async () => {
      const socket = new WebSocket(url);
      await new Promise((open, fail) => socket.once("open", open).once("error", fail));
      return socket;
    });
    const all = await Promise.all(opened);
    const ms = now() - start;
    for (const socket of all) socket.terminate();
    return ms;
  },

  leave(): void {
    for (const { client } of people.splice(0)) client.close();
  },
};

serve(commands);
