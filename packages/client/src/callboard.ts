import type {
  AttentionState,
  Channel,
  ClientMessage,
  Principal,
  RequestId,
  ServerMessageOf,
} from "@callboard/protocol";
import { createAttention } from "./attention.ts";
import { LONGEST_WAIT_MS } from "./backoff.ts";
import { isHidden, isOffline, watchBrowser } from "./browser.ts";
import type { ChannelView, NoKinds } from "./channel-view.ts";
import { createChannels } from "./channels.ts";
import { type ClientClock, createServerTime, systemClock } from "./clock.ts";
import { type Connection, createConnection } from "./connection.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { DebugEvent } from "./debug.ts";
import { createDebug, type Debug } from "./debug-feed.ts";
import { CallboardError } from "./error.ts";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import type { Link, WebSocketFactory } from "./link.ts";
import { createListeners } from "./listeners.ts";
import { type Acted, createOutbox, type Receipt, type ReplyInput, type Resolved } from "./outbox.ts";
import type { Frame } from "./server-message.ts";

export interface ConnectOptions {
  /** Where the WebSocket API is: `ws://…` or `wss://…`. */
  url: string;
  /** Gives the JWT to connect with; asked afresh before each attempt, so it may have a new one each time. */
  token: () => string | Promise<string>;
  /** The WebSocket class. Default: `globalThis.WebSocket`; Node before 22 has none, pass that of `ws`. */
  WebSocket?: WebSocketFactory;
  /** How the client calls itself to the server, at most 100 characters. Default: `callboard-client`. */
  name?: string;
  /** Whether to connect only when a channel is followed, something is sent or `open` is called. Default: false. */
  lazy?: boolean;
  /** How long a call may go unsent or unanswered before it is rejected, in milliseconds. Default: 60,000. */
  replyTimeoutMs?: number;
  /**
   * The longest wait between attempts, in milliseconds, or a function that says it before each wait. Waits grow up to
   * it, with full jitter. Default: 30,000.
   */
  longestWaitMs?: number | (() => number);
  /**
   * Says whether the server answers otherwise, by HTTP for example. Browsers do not tell a refused token from a server
   * that is away; this does, and is asked before each attempt once three have failed. Without it the reason stays
   * `unauthorized_or_unreachable`.
   */
  isServerUp?: () => Promise<boolean>;
  /**
   * How long an attempt may take, from asking for the token to the welcome, in milliseconds, or a function that says it
   * before each attempt. Default: 20,000.
   */
  openTimeoutMs?: number | (() => number);
  /**
   * `true` writes to the console what happens, in sentences: why there is no token or no connection, what is forbidden,
   * missed, sent again. A function is called with each event instead. What explains is loaded then, and only then.
   */
  debug?: boolean | ((event: DebugEvent) => void);
  /** Time. Default: the machine's. */
  clock?: ClientClock;
  /** Numbers from 0 up to 1 for jitter. Default: `Math.random`. */
  random?: () => number;
}

/** A client of Callboard: one connection, however many channels. It connects, and comes again, by itself. */
export interface Callboard<Kinds extends object = NoKinds> {
  readonly state: ConnectionState;
  /** Calls the listener with every new state; returns a function that ends it. */
  onState(listener: (state: ConnectionState) => void): () => void;
  /**
   * The time by the server's clock, in milliseconds since the Unix epoch, which deadlines count by; before the first
   * welcome it is the machine's.
   */
  now(): number;
  /**
   * The view of a channel, the same for the same name. It is followed while somebody follows it. Never throws: what is
   * not the name of a channel has the status `{ error: "invalid_name" }`.
   */
  channel<const Name extends Channel>(name: Name): ChannelView<Name, Kinds>;
  /** The views that were asked for so far, in the order in which they were first asked for, or last left. */
  channels(): readonly ChannelView[];
  /** The inboxes of whoever is connected; empty before the first welcome. */
  inboxes(): readonly Channel[];
  /**
   * Answers a request. The same reply is sent again after a reconnect until its receipt comes, and takes effect once.
   * Without a connection it is kept until there is one; `sent` is called once it has been sent for the first time.
   * Rejects with a `CallboardError` when there is no receipt in time or the client is closed.
   */
  reply(reply: ReplyInput, sent?: () => void): Promise<Receipt>;
  /**
   * Says what the user does about a request. It is forgotten after 90 seconds: say it again every 30 while it is so. The
   * client says it over each new connection by itself.
   */
  attend(requestId: RequestId, state: AttentionState): Promise<Acted>;
  /** Moves a request's deadline, in milliseconds since the epoch, within what its workflow waits. */
  extend(requestId: RequestId, deadline: number): Promise<Acted>;
  /** Puts a request to others; for owners of its subject. */
  reassign(requestId: RequestId, assignees: readonly Principal[]): Promise<Acted>;
  /** A fresh signed URL of a stored object; `ref` is `<channel>#<key>` of the item that names it. */
  resolve(ref: string): Promise<Resolved>;
  /** Connects a lazy client; for any other there is nothing to do. */
  open(): void;
  /**
   * Makes the next attempt at once, unless the server asked for the wait. One that has been under way for more than two
   * seconds is given up for it.
   */
  retryNow(): void;
  /**
   * Calls the listener with what happens: states, frames (what they are about, never what is in them) and notes that
   * explain. Returns a function that ends it.
   */
  onDebug(listener: (event: DebugEvent) => void): () => void;
  /** Ends it for good; whatever waits for an answer is rejected with `closed`. */
  close(): void;
}

/**
 * Connects to Callboard. `Kinds` types the `data` that one's own producers report, by the kind of their subjects. Throws
 * a `CallboardError` `invalid` when there is no WebSocket URL, or no WebSocket class to connect with; without one a lazy
 * client throws that, or rejects, at its first use.
 */
export const connect = <Kinds extends object = NoKinds>(options: ConnectOptions): Callboard<Kinds> =>
  openCallboard<Kinds>(options, createDebug);

/** The same, with something in the place of what explains: whoever needs no explanation does not load it. */
export function openCallboard<Kinds extends object = NoKinds>(
  options: ConnectOptions,
  debugWith: (...of: Parameters<typeof createDebug>) => Debug,
): Callboard<Kinds> {
  const { clock = systemClock, random = Math.random } = options;
  const states = createListeners<[ConnectionState]>();
  const time = createServerTime(clock);
  const debug = debugWith(clock, webSocketUrl(options.url), options.debug);
  let messages = 0;
  let inboxes: readonly Channel[] = [];
  let rhythm: ServerMessageOf<"welcome">["heartbeatMs"];
  let heartbeat: Heartbeat | undefined;

  /** While the page is away: whether to connect once it is back. */
  let whenBack: boolean | undefined;

  /** Something is to be sent. What a page says as it is left must not keep it from being kept. */
  function wanted(): void {
    if (whenBack === undefined) connection.open();
    else whenBack = true;
  }

  const nextId = () => `m${++messages}`;
  const current = (): Link | undefined => connection.current;
  /** What most parts of a client need. */
  const common = {
    clock,
    random,
    nextId,
    current,
    tell: debug.tell,
    wanted,
    sent: () => heartbeat?.sent(),
    refused: (afterMs?: number) => heartbeat?.refused(afterMs),
  };
  const channels = createChannels({
    ...common,
    changed: () => heartbeat?.intervalChanged(),
  });
  const outbox = createOutbox({
    ...common,
    timeoutMs: options.replyTimeoutMs ?? 60_000,
    newReplyId: () => newReplyId(random),
  });

  const attention = createAttention(clock, (requestId, state) =>
    outbox.act({ type: "attend", requestId, state }),
  );

  function intervalMs(): number {
    return Math.min(rhythm.watch, ...channels.kinds().map((kind) => rhythm[kind] ?? rhythm.watch));
  }

  function receive(link: Link, message: Frame): void {
    if ("re" in message && message.re !== undefined) heartbeat?.heard(message.re);
    switch (message.type) {
      case "gateway_error":
        heartbeat?.gatewayError();
        return;
      case "delta":
        channels.delta(message);
        return;
      case "pong":
        // Servers of old do not say it.
        if (message.serverTime !== undefined) time.told(message.serverTime);
        channels.behind(message.behind);
        return;
      case "error":
        outbox.answer(message);
        channels.refused(link, message);
        return;
      case "subscribed":
        channels.subscribed(link, message.channels);
        break;
      case "unsubscribed":
        channels.unsubscribed(link, message.channels);
        break;
      case "receipt":
      case "resolved":
      case "acted":
        outbox.answer(message);
    }
    heartbeat?.answered();
  }

  const connection: Connection = createConnection(
    {
      ...options,
      ...common,
      socketClass: () => options.WebSocket ?? ownWebSocket(),
      now: time.now,
      openTimeoutMs: asked(options.openTimeoutMs, 20_000),
      longestWaitMs: asked(options.longestWaitMs, LONGEST_WAIT_MS),
      isOffline,
    },
    {
      state(state) {
        debug.tell("state", state);
        if (state.state === "closed") {
          stopWaking();
          outbox.close();
        }
        states.emit(state);
      },
      hello(link) {
        const id = nextId();
        const client = options.name ?? "callboard-client";
        link.send({ type: "hello", id, client, channels: channels.hello(link) } as ClientMessage);
        return id;
      },
      welcomed(link, welcome) {
        time.told(welcome.serverTime);
        inboxes = welcome.inboxes;
        rhythm = welcome.heartbeatMs;
        heartbeat?.stop();
        heartbeat = startHeartbeat({
          ...common,
          intervalMs,
          isHidden,
          ping: () => channels.ping(link),
          doubt: connection.doubt,
          trust: connection.trust,
          dead: link.close,
          awaiting: () => channels.awaiting() || outbox.awaiting(),
          resend() {
            channels.resend();
            outbox.resend();
          },
        });
        channels.welcomed(link, welcome.channels);
        outbox.resend();
        attention.sayAgain();
      },
      message: receive,
      ended() {
        if (!current()) heartbeat?.stop();
        channels.ended();
      },
    },
  );

  function back(): void {
    const comesBack = whenBack;
    whenBack = undefined;
    if (comesBack) connection.open();
  }

  function wake(): void {
    back();
    connection.wake();
    if (current()) heartbeat?.beat();
  }

  const stopWaking = watchBrowser({
    wake,
    offline: connection.wentOffline,
    away() {
      whenBack ||= connection.state.state !== "idle";
      connection.rest();
    },
    back,
  });
  if (!options.lazy) connection.open();

  return {
    get state() {
      return connection.state;
    },
    onState: states.add,
    now: time.now,
    channel: <Name extends Channel>(name: Name) => channels.view(name) as ChannelView<Name, Kinds>,
    channels: channels.views,
    inboxes: () => inboxes,
    reply: outbox.reply,
    attend: attention.says,
    extend: (requestId, deadline) => outbox.act({ type: "extend", requestId, deadline }),
    reassign: (requestId, assignees) =>
      outbox.act({ type: "reassign", requestId, assignees: [...assignees] }),
    resolve: outbox.resolve,
    open: wanted,
    retryNow() {
      connection.open();
      wake();
    },
    onDebug: debug.on,
    close: () => connection.close("closed_by_client", "close() was called"),
  };
}

/** A time that is asked for each time it is needed. */
const asked =
  (given: number | (() => number) | undefined, usual: number): (() => number) =>
  () =>
    (typeof given === "function" ? given() : given) ?? usual;

function webSocketUrl(url: string): string {
  if (!/^wss?:\/\//.test(url)) throw new CallboardError("invalid", `"${url}" is not a WebSocket URL`);
  return url;
}

function ownWebSocket(): WebSocketFactory {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketFactory };
  if (!WebSocket) throw new CallboardError("invalid", "there is no WebSocket class here: pass one");
  return WebSocket;
}

/** 128 random bits, of the best source that there is; `crypto.randomUUID` is there in secure contexts alone. */
function newReplyId(random: () => number): string {
  const bytes = Uint8Array.from({ length: 32 }, () => 256 * random());
  (globalThis as { crypto?: Crypto }).crypto?.getRandomValues?.(bytes);
  return `rpl_${Array.from(bytes, (byte) => (byte % 16).toString(16)).join("")}`;
}
