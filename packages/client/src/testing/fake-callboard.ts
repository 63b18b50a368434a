import {
  type Channel,
  type ClientMessage,
  type ClientMessageOf,
  defined,
  heartbeatMs,
  type Item,
  type Position,
  type ServerMessage,
  type ServerMessageOf,
  type Subscribe,
  type Subscribed,
} from "@callboard/protocol";
import type { ClientClock } from "../clock.ts";
import { type FakeNetwork, fakeNetwork, type ServerSide } from "./server-side.ts";

/** One frame in transit, in either direction. */
interface Flight {
  side: ServerSide;
  /**
   * Deltas may be lost without a trace; when an answer or a client's message is lost, the gateway sends an
   * error.
   */
  delta: boolean;
  arrive(): void;
}

/**
 * A server of channels that follows PROTOCOL.md. Frames arrive at once, or, when `held`, when the test lets
 * them.
 */
interface FakeCallboard extends FakeNetwork {
  readonly flights: Flight[];
  held: boolean;
  /** The messages that were handled, in order. */
  readonly handled: ClientMessage[];
  /** Answers replies; by default every reply is accepted. */
  receipt: (reply: ClientMessageOf<"reply">) => ServerMessage | undefined;
  /** Changes the welcome. */
  welcome: Partial<ServerMessageOf<"welcome">>;
  /** Refuses new connections. */
  refusing: boolean;
  /** Neither accepts nor refuses new connections. */
  silent: boolean;
  /** The number of items per answer to one channel. */
  page: number;
  forbidden: Set<Channel>;
  publish(channel: Channel, key: string, value: unknown): void;
  /** The channel is lost, and created again. */
  recreate(channel: Channel): void;
  /** Forgets the removed keys. */
  raiseFloor(channel: Channel): void;
  /** The values of the channel. */
  values(channel: Channel): Record<string, unknown>;
  /** Whether the channel ever had that item. An item's version is the epoch in which it was put. */
  everHad(channel: Channel, item: Item): boolean;
}

interface Stored {
  epoch: string;
  head: number;
  floor: number;
  items: Map<string, Item>;
}

export function fakeCallboard(clock: ClientClock): FakeCallboard {
  const channels = new Map<Channel, Stored>();
  const history = new Set<string>();
  const subscriptions = new Map<ServerSide, Map<Channel, { sub: number; follow: boolean }>>();
  const flights: Flight[] = [];
  let epochs = 0;

  const network = fakeNetwork({
    connected(side) {
      if (server.refusing) side.refuse();
      else if (!server.silent) {
        subscriptions.set(side, new Map());
        side.accept();
      }
    },
    received(side) {
      const message = side.inbox.shift();
      if (message) fly(side, false, () => handle(side, message));
    },
  });

  function fly(side: ServerSide, delta: boolean, arrive: () => void): void {
    if (server.held) flights.push({ side, delta, arrive });
    else queueMicrotask(arrive);
  }

  function say(side: ServerSide, message: ServerMessage): void {
    fly(side, message.type === "delta", () => side.say(message));
  }

  function stored(channel: Channel): Stored {
    let found = channels.get(channel);
    if (!found) {
      found = { epoch: `e${++epochs}`, head: 0, floor: 0, items: new Map() };
      channels.set(channel, found);
    }
    return found;
  }

  function record(side: ServerSide, channel: Channel, sub: number, follow: boolean): boolean {
    const of = subscriptions.get(side);
    const known = of?.get(channel);
    if (!of || (known ? known.sub >= sub : !follow)) return false;
    of.set(channel, { sub, follow });
    return true;
  }

  function subscribe(side: ServerSide, channel: Channel, { sub, after }: Subscribe): Subscribed {
    if (server.forbidden.has(channel)) return { sub, error: "forbidden" };
    if (!record(side, channel, sub, true)) return { sub, error: "stale" };
    const { epoch, head, floor, items } = stored(channel);
    const resumes = after && !isUseless(after, { epoch, head, floor });
    const rest = [...items.values()]
      .filter((item) => (resumes ? item.offset > after.offset : item.value !== null))
      .sort((a, b) => a.offset - b.offset);
    const page = rest.slice(0, server.page);
    const more = page.length < rest.length;
    const base = resumes ? after.base : head;
    return {
      sub,
      epoch,
      offset: more ? (page.at(-1)?.offset ?? 0) : head,
      ...(after && !resumes ? { reset: true } : {}),
      items: page,
      ...(more ? defined({ more, base }) : {}),
    };
  }

  function subscribeAll(side: ServerSide, wanted: Record<string, Subscribe>): Record<Channel, Subscribed> {
    return Object.fromEntries(
      (Object.entries(wanted) as [Channel, Subscribe][]).map(([name, one]) => [
        name,
        subscribe(side, name, one),
      ]),
    );
  }

  function handle(side: ServerSide, message: ClientMessage): void {
    server.handled.push(message);
    const re = message.id;
    switch (message.type) {
      case "hello":
        say(side, {
          type: "welcome",
          re,
          connectionId: "c",
          user: { id: "ana", name: "Ana", roles: [] },
          inboxes: ["inbox:user/ana"],
          serverTime: clock.now(),
          heartbeatMs,
          expiresAt: clock.now() + 24 * 3_600_000,
          limits: {},
          features: [],
          ...defined({ channels: message.channels && subscribeAll(side, message.channels) }),
          ...server.welcome,
        });
        break;
      case "subscribe":
        say(side, { type: "subscribed", re, channels: subscribeAll(side, message.channels) });
        break;
      case "unsubscribe":
        for (const [name, sub] of Object.entries(message.channels) as [Channel, number][])
          record(side, name, sub, false);
        say(side, { type: "unsubscribed", re, channels: message.channels });
        break;
      case "ping": {
        const behind = (Object.entries(message.at) as [Channel, [string, number]][])
          .filter(([name, [epoch, offset]]) => stored(name).epoch !== epoch || stored(name).head > offset)
          .map(([name]) => name);
        say(side, { type: "pong", re, behind, serverTime: clock.now() });
        break;
      }
      case "resolve":
        say(side, { type: "resolved", re, ref: message.ref, url: "https://x.test/a.png", expiresAt: 1 });
        break;
      case "attend":
      case "extend":
      case "reassign":
        say(side, {
          type: "acted",
          re,
          requestId: message.requestId,
          action: message.type,
          status: "accepted",
        });
        break;
      case "reply": {
        const receipt = server.receipt(message);
        if (receipt) say(side, receipt);
      }
    }
  }

  const server: FakeCallboard = {
    ...network,
    flights,
    held: false,
    handled: [],
    receipt: ({ id, requestId, replyId }) => ({
      type: "receipt",
      re: id,
      requestId,
      replyId,
      status: "accepted",
    }),
    welcome: {},
    refusing: false,
    silent: false,
    page: 100,
    forbidden: new Set(),
    publish(channel, key, value) {
      const chan = stored(channel);
      const from = chan.head++;
      const item: Item = { key, value, offset: chan.head, version: chan.epoch, at: clock.now() };
      chan.items.set(key, item);
      history.add(JSON.stringify([channel, item]));
      for (const [side, of] of subscriptions)
        if (side.open && of.get(channel)?.follow)
          say(side, { type: "delta", channel, epoch: chan.epoch, from, to: chan.head, items: [item] });
    },
    recreate(channel) {
      channels.delete(channel);
      stored(channel);
    },
    raiseFloor(channel) {
      const chan = stored(channel);
      chan.floor = chan.head;
      for (const [key, item] of chan.items) if (item.value === null) chan.items.delete(key);
    },
    values(channel) {
      return Object.fromEntries(
        [...stored(channel).items]
          .filter(([, { value }]) => value !== null)
          .map(([key, { value }]) => [key, value]),
      );
    },
    everHad: (channel, item) => history.has(JSON.stringify([channel, item])),
  };
  return server;
}

const isUseless = ({ epoch, offset, base = 0 }: Position, channel: Omit<Stored, "items">): boolean =>
  epoch !== channel.epoch || offset > channel.head || Math.max(offset, base) < channel.floor;
