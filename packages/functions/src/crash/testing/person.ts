import type { Caller } from "@callboard/core";
import {
  applyDelta,
  applySubscribed,
  type Channel,
  type ChannelMap,
  type ClientMessage,
  emptyChannelMap,
  type ServerMessage,
  type ServerMessageOf,
  type Subscribed,
} from "@callboard/protocol";
import type { SocketEvent } from "../../handlers/socket.ts";
import { connectEvent, disconnectEvent, messageEvent } from "../../testing/gateway-events.ts";

/** A person at a browser: connects, repeats messages until they are answered, and keeps a map of each channel. */
export interface Person {
  readonly caller: Caller;
  readonly maps: ReadonlyMap<Channel, ChannelMap>;
  /** Errors in the maps; empty unless a key went backwards. */
  readonly faults: readonly string[];
  connect(): Promise<void>;
  follow(...channels: Channel[]): Promise<void>;
  unfollow(channel: Channel): Promise<void>;
  /**
   * Repeats a message until it is answered: again on the next connection if one breaks, and after an answer to try later.
   */
  say(message: Unnumbered): Promise<ServerMessage>;
  /** Sends a heartbeat and subscribes again to all channels that are behind. */
  catchUp(): Promise<void>;
  /** The connection breaks without notice. */
  vanish(): void;
  /** Closes the connection; whether Callboard is notified is random. */
  leave(): Promise<void>;
}

type Distributive<T> = T extends unknown ? Omit<T, "id"> : never;
/** A client's message before it has an id. */
export type Unnumbered = Distributive<ClientMessage>;

/** What a person needs. `invoke` returns undefined if the process died. */
export interface Surroundings {
  readonly invoke: (
    event: SocketEvent,
    of: string,
  ) => Promise<{ statusCode?: number; body?: string } | undefined>;
  readonly open: (connectionId: string, take: (text: string) => void) => void;
  readonly close: (connectionId: string) => void;
}

const MAX_TRIES = 4;

export function createPerson(caller: Caller, device: string, at: Surroundings): Person {
  const maps = new Map<Channel, ChannelMap>();
  const wanted = new Set<Channel>();
  const gaps = new Set<Channel>();
  const faults: string[] = [];
  let held: string[] | undefined;
  let connections = 0;
  let ids = 0;
  let subs = 0;
  let connectionId: string | undefined;

  const of = <T extends SocketEvent>(event: T): SocketEvent => ({
    ...event,
    requestContext: { ...event.requestContext, connectionId: connectionId! },
  });

  function keep(channel: Channel, map: ChannelMap): void {
    for (const [key, item] of map.items) {
      const known = maps.get(channel)?.items.get(key);
      if (known && known.version > item.version) faults.push(`${channel} ${key} went backwards`);
    }
    maps.set(channel, map);
  }

  function take(text: string): void {
    if (held) return void held.push(text);
    const { type: _, channel, ...delta } = JSON.parse(text) as ServerMessageOf<"delta">;
    const result = applyDelta(maps.get(channel) ?? emptyChannelMap, delta);
    if (result.outcome === "applied") keep(channel, result.map);
    if (result.outcome === "gap") gaps.add(channel);
  }

  async function open(): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      connectionId = `${device}-${++connections}=`;
      const answer = await at.invoke(of(connectEvent(caller, "callboard.v1")), "connect");
      if (answer?.statusCode !== 200) continue;
      return at.open(connectionId, take);
    }
    throw new Error("could not connect");
  }

  async function connect(): Promise<void> {
    await open();
    if (wanted.size > 0) await follow(...wanted);
  }

  function vanish(): void {
    if (connectionId !== undefined) at.close(connectionId);
    connectionId = undefined;
  }

  /** Returns undefined if the connection broke before the answer, or if the answer is to try later. */
  async function sendOnce(id: string, message: Unnumbered): Promise<ServerMessage | undefined> {
    const result = await at.invoke(of(messageEvent(caller, { ...message, id })), message.type);
    if (!result) vanish();
    const answer = result?.body === undefined ? undefined : (JSON.parse(result.body) as ServerMessage);
    return answer?.type === "error" && answer.retry === "later" ? undefined : answer;
  }

  async function say(message: Unnumbered): Promise<ServerMessage> {
    const id = `m${++ids}`;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (connectionId === undefined) await connect();
      const answer = await sendOnce(id, message);
      if (answer) return answer;
    }
    throw new Error(`no answer to ${message.type}`);
  }

  /** Deltas that come before the answer are kept until it arrives. */
  async function follow(...channels: Channel[]): Promise<void> {
    for (const channel of channels) wanted.add(channel);
    held ??= [];
    const answer = await subscribe(channels);
    const more: Channel[] = [];
    for (const [name, subscribed] of Object.entries(answer.channels) as [Channel, Subscribed][]) {
      if ("error" in subscribed) throw new Error(`not subscribed: ${subscribed.error}`);
      // A channel that starts again may have other versions of its keys.
      if (subscribed.reset) maps.delete(name);
      keep(name, applySubscribed(maps.get(name) ?? emptyChannelMap, subscribed).map);
      gaps.delete(name);
      if (subscribed.more) more.push(name);
    }
    const early = held ?? [];
    held = undefined;
    for (const text of early) take(text);
    if (more.length > 0) await follow(...more);
  }

  /** Each try has a higher `sub`, so that an older one that arrives late loses. */
  async function subscribe(channels: readonly Channel[]): Promise<ServerMessageOf<"subscribed">> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (connectionId === undefined) await open();
      const entries = channels.map((channel) => {
        const { epoch, offset } = maps.get(channel) ?? emptyChannelMap;
        return [channel, { sub: ++subs, ...(epoch === undefined ? {} : { after: { epoch, offset } }) }];
      });
      const answer = await sendOnce(`m${++ids}`, {
        type: "subscribe",
        channels: Object.fromEntries(entries),
      });
      if (answer?.type === "subscribed") return answer;
      // On a new connection nothing is followed yet.
      if (connectionId === undefined) channels = [...wanted];
    }
    throw new Error("no subscription was accepted");
  }

  return {
    caller,
    maps,
    faults,
    connect,
    follow,
    say,
    vanish,
    async unfollow(channel) {
      wanted.delete(channel);
      await say({ type: "unsubscribe", channels: { [channel]: ++subs } });
    },
    async catchUp() {
      if (connectionId === undefined) return connect();
      const channels = [...wanted];
      const positions = channels.map((channel) => {
        const { epoch, offset } = maps.get(channel) ?? emptyChannelMap;
        return [channel, [epoch ?? "none", offset]];
      });
      const answer = await say({ type: "ping", at: Object.fromEntries(positions) });
      if (answer.type !== "pong") throw new Error(`no pong: ${JSON.stringify(answer)}`);
      const late = new Set([...answer.behind, ...gaps]);
      if (late.size > 0) await follow(...late);
    },
    async leave() {
      const event = of(disconnectEvent(caller));
      vanish();
      await at.invoke(event, "disconnect");
    },
  };
}
