import type { Caller, Connected } from "@callboard/core";
import type { PostOutcome } from "@callboard/functions/push";
import { type ClientMessage, hours, minutes, type ServerMessage } from "@callboard/protocol";
import type { ManualClock } from "./manual-clock.ts";
import { type FakeNetwork, fakeNetwork, type ServerSide } from "./server-side.ts";

/** API Gateway's limit: the longest life of a connection, in milliseconds. */
const MAX_LIFE_MS = hours(2);
/** API Gateway's limit: a connection without messages for this long is closed, in milliseconds. */
const MAX_SILENCE_MS = minutes(10);

/** What goes wrong in transit, each with its probability from 0 to 1. */
export interface Weather {
  /** A post that is reported as sent but never arrives. */
  lostPosts: number;
  /** A post that arrives but is reported as failed, so it is posted again. */
  doubledPosts: number;
  /** A message of the client, or its answer, is lost, and the gateway reports that some message failed. */
  failedMessages: number;
  /** A message of the client, or its answer, is lost without a report. */
  lostMessages: number;
}

export const fair: Weather = { lostPosts: 0, doubledPosts: 0, failedMessages: 0, lostMessages: 0 };

/** What the gateway calls: the functions behind its routes. */
interface Routes {
  authorize(token: string): Caller | undefined;
  connect(connected: Connected): Promise<void>;
  answer(connected: Connected, message: ClientMessage): Promise<ServerMessage>;
  disconnect(connectionId: string): Promise<void>;
}

/**
 * API Gateway's WebSocket API without a network: every frame has a delay of its own, so that frames overtake
 * each other.
 */
export interface VirtualGateway extends FakeNetwork {
  weather: Weather;
  /** Whether new connections are refused. */
  refusing: boolean;
  /** How many of the next frames to clients are lost without a trace. */
  losing: number;
  /** PostToConnection. */
  post(connectionId: string, text: string): Promise<PostOutcome>;
  /** The same with a delay in one direction only; returns whether the connection exists. */
  push(connectionId: string, text: string): boolean;
  /** Sends a message to every open socket at once. */
  sayToAll(message: ServerMessage): void;
  /** Drops every socket at once; the functions are not notified. */
  restart(): void;
  /** From now on nothing arrives on existing sockets, and neither end is notified. */
  silence(): void;
}

interface Peer {
  readonly side: ServerSide;
  readonly connected: Connected;
  /** The gateway considers it open. */
  open: boolean;
  silent: boolean;
  heardAt: number;
}

export function virtualGateway(options: {
  clock: ManualClock;
  /** The delay of the next frame or call, in milliseconds. */
  latencyMs: () => number;
  random: () => number;
  routes: Routes;
  /** Called for every frame of an open connection when it is sent, including those lost in transit. */
  heard?: (caller: Caller, from: "client" | "server", message: ClientMessage | ServerMessage) => void;
  /** Answers an invalid message, as the functions do; without it that throws in the client. */
  answersMalformed?: boolean;
}): VirtualGateway {
  const { clock, latencyMs, random, routes, heard } = options;
  const peers = new Map<ServerSide, Peer>();
  let connections = 0;

  const later = (run: () => void) => clock.after(latencyMs(), run);
  const under = () => new Promise<void>((arrived) => later(arrived));
  const happens = (what: keyof Weather) => random() < gateway.weather[what];

  async function connect(side: ServerSide): Promise<void> {
    await under();
    const caller = gateway.refusing ? undefined : routes.authorize(side.token);
    if (!caller) return side.refuse();
    const connected: Connected = { connectionId: `c${++connections}`, caller };
    await routes.connect(connected);
    await under();
    const peer: Peer = { side, connected, open: true, silent: false, heardAt: clock.now() };
    peers.set(side, peer);
    clock.after(MAX_LIFE_MS, () => end(peer));
    watchSilence(peer);
    if (side.closed) hangUp(side);
    else side.accept();
  }

  function watchSilence(peer: Peer): void {
    const leftMs = peer.heardAt + MAX_SILENCE_MS - clock.now();
    if (leftMs <= 0) end(peer);
    else if (peer.open) clock.after(leftMs, () => watchSilence(peer));
  }

  /** The gateway closes the connection. */
  function end(peer: Peer): void {
    if (!forget(peer)) return;
    later(() => void routes.disconnect(peer.connected.connectionId));
    if (!peer.silent) peer.side.drop();
  }

  function hangUp(side: ServerSide): void {
    const peer = peers.get(side);
    if (peer && !peer.silent) later(() => end(peer));
  }

  const peerOf = (connectionId: string): Peer | undefined =>
    [...peers.values()].find(({ connected }) => connected.connectionId === connectionId);

  function forget(peer: Peer): boolean {
    peers.delete(peer.side);
    const was = peer.open;
    peer.open = false;
    return was;
  }

  function receive(side: ServerSide): void {
    const message = side.inbox.shift();
    const peer = peers.get(side);
    if (!message || !peer || peer.silent) return;
    peer.heardAt = clock.now();
    heard?.(peer.connected.caller, "client", message);
    if (happens("lostMessages")) return;
    if (happens("failedMessages")) fail(peer);
    else later(() => void answer(peer, message));
  }

  function answerMalformed(side: ServerSide, answer: ServerMessage): void {
    const peer = peers.get(side);
    if (peer) later(() => deliver(peer, JSON.stringify(answer)));
  }

  async function answer(peer: Peer, message: ClientMessage): Promise<void> {
    if (!peer.open) return;
    const text = JSON.stringify(await routes.answer(peer.connected, message));
    if (happens("lostMessages")) return;
    if (happens("failedMessages")) fail(peer);
    else later(() => deliver(peer, text));
  }

  function fail(peer: Peer): void {
    const { connectionId } = peer.connected;
    const text = JSON.stringify({ message: "Internal server error", connectionId, requestId: "r" });
    later(() => deliver(peer, text));
  }

  function deliver(peer: Peer, text: string): void {
    if (!peer.open || peer.silent) return;
    heard?.(peer.connected.caller, "server", JSON.parse(text) as ServerMessage);
    if (gateway.losing > 0) gateway.losing--;
    else peer.side.sayText(text);
  }

  const network = fakeNetwork({
    connected: (side) => void connect(side),
    received: receive,
    closed: hangUp,
    malformed: options.answersMalformed ? answerMalformed : undefined,
  });

  const gateway: VirtualGateway = {
    ...network,
    weather: fair,
    refusing: false,
    losing: 0,
    async post(connectionId, text) {
      await under();
      const peer = peerOf(connectionId);
      if (!peer) return "gone";
      if (peer.silent || happens("lostPosts")) return "sent";
      peer.heardAt = clock.now();
      later(() => deliver(peer, text));
      return happens("doubledPosts") ? "failed" : "sent";
    },
    push(connectionId, text) {
      const peer = peerOf(connectionId);
      if (peer) later(() => deliver(peer, text));
      return peer !== undefined;
    },
    sayToAll(message) {
      for (const peer of peers.values()) deliver(peer, JSON.stringify(message));
    },
    restart() {
      for (const peer of [...peers.values()]) {
        forget(peer);
        if (!peer.silent) peer.side.drop();
      }
    },
    silence() {
      for (const peer of peers.values()) peer.silent = true;
    },
  };
  return gateway;
}
