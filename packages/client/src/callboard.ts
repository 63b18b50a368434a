import type {
  AttentionState,
  Channel,
  ClientMessage,
  Principal,
  RequestId,
  ServerMessageOf,
} from "@callboard/protocol";
import { createAttention } from "./attention.ts";
import { MAX_WAIT_MS } from "./backoff.ts";
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
  /** Returns the JWT to connect with. Called before each attempt, so it can return a new one each time. */
  token: () => string | Promise<string>;
  /**
   * The WebSocket class. Default: `globalThis.WebSocket`; Node before 22 has none, so pass the one of `ws`.
   */
  WebSocket?: WebSocketFactory;
  /** The client's name, sent to the server, at most 100 characters. Default: `callboard-client`. */
  name?: string;
  /**
   * Whether to connect only when a channel is followed, a message is sent or `open` is called. Default:
   * false.
   */
  lazy?: boolean;
  /** How long a call may stay unsent or unanswered before it is rejected, in milliseconds. Default: 60,000. */
  replyTimeoutMs?: number;
  /**
   * The longest wait between attempts, in milliseconds, or a function that returns it before each wait. Waits
   * grow up to it, with full jitter. Default: 30,000.
   */
  longestWaitMs?: number | (() => number);
  /**
   * Returns whether the server can be reached in another way, for example by HTTP. Browsers do not show the
   * difference between a refused token and a server that is down; this function does. It is called before
   * each attempt once three have failed. Without it the reason stays `unauthorized_or_unreachable`.
   */
  isServerUp?: () => Promise<boolean>;
  /**
   * How long an attempt may take, from the call of `token` to the welcome, in milliseconds, or a function
   * that returns it before each attempt. Default: 20,000.
   */
  openTimeoutMs?: number | (() => number);
  /**
   * `true` explains on the console, in sentences, what happens: why there is no token or no connection, what
   * is forbidden, missed or sent again. A function gets each event instead. The code that explains is loaded
   * only with this option.
   */
  debug?: boolean | ((event: DebugEvent) => void);
  /** The clock. Default: the machine's. */
  clock?: ClientClock;
  /** Numbers from 0 up to 1 for jitter. Default: `Math.random`. */
  random?: () => number;
}

/** A client of Callboard: one connection for any number of channels. It connects and reconnects by itself. */
export interface Callboard<Kinds extends object = NoKinds> {
  readonly state: ConnectionState;
  /** Calls the listener with every new state; returns a function that stops this. */
  onState(listener: (state: ConnectionState) => void): () => void;
  /**
   * The server's time, in milliseconds since the Unix epoch; deadlines use it. Before the first welcome it is
   * the machine's time.
   */
  now(): number;
  /**
   * The view of a channel; the same object for the same name. The channel is followed while the view has a
   * follower. Never throws: the view of an invalid name has the status `{ error: "invalid_name" }`.
   */
  channel<const Name extends Channel>(name: Name): ChannelView<Name, Kinds>;
  /** The views requested so far, in the order of their first request or of when they were last left. */
  channels(): readonly ChannelView[];
  /** The inboxes of the connected user; empty before the first welcome. */
  inboxes(): readonly Channel[];
  /**
   * Answers a request. The same reply is sent again after a reconnect until its receipt comes, and takes
   * effect once. Without a connection it is kept until there is one; `sent` is called when it is sent for the
   * first time. Rejects with a `CallboardError` when there is no receipt in time or the client is closed.
   */
  reply(reply: ReplyInput, sent?: () => void): Promise<Receipt>;
  /**
   * Reports what the user does about a request. The server forgets it after 90 seconds: call it again every
   * 30 seconds while it is true. The client repeats it on each new connection.
   */
  attend(requestId: RequestId, state: AttentionState): Promise<Acted>;
  /** Moves a request's deadline, in milliseconds since the epoch, no further than its workflow waits. */
  extend(requestId: RequestId, deadline: number): Promise<Acted>;
  /** Assigns a request to other people; for owners of its subject. */
  reassign(requestId: RequestId, assignees: readonly Principal[]): Promise<Acted>;
  /** Returns a fresh signed URL of a stored object; `ref` is `<channel>#<key>` of the item that names it. */
  resolve(ref: string): Promise<Resolved>;
  /** Connects a lazy client; does nothing for any other. */
  open(): void;
  /**
   * Makes the next attempt at once, unless the server asked for the wait. A new attempt
   * replaces one that has run for more than two seconds.
   */
  retryNow(): void;
  /**
   * Calls the listener with events: states, frames (what they are about, never their content) and notes that
   * explain. Returns a function that stops this.
   */
  onDebug(listener: (event: DebugEvent) => void): () => void;
  /** Closes the client permanently; calls that wait for an answer are rejected with `closed`. */
  close(): void;
}

/**
 * Connects to Callboard. `Kinds` types the `data` that your own producers report, by the kind of their
 * subjects. Throws a `CallboardError` `invalid` for a URL that is not a WebSocket URL, or when there is no
 * WebSocket class. A lazy client without a class throws that, or rejects, at its first use.
 */
export const connect = <Kinds extends object = NoKinds>(options: ConnectOptions): Callboard<Kinds> =>
  openCallboard<Kinds>(options, createDebug);

/** The same, with a debug feed of the caller's choice, so that only those who need explanations load them. */
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
  let heartbeatMs: ServerMessageOf<"welcome">["heartbeatMs"];
  let heartbeat: Heartbeat | undefined;

  /** Set while the page is away: whether to connect when it is back. */
  let whenBack: boolean | undefined;

  /**
   * A message is to be sent. A message sent as the page is left must not keep the page out of the browser's
   * cache.
   */
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
    report: debug.report,
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
    return Math.min(
      heartbeatMs.watch,
      ...channels.kinds().map((kind) => heartbeatMs[kind] ?? heartbeatMs.watch),
    );
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
        // Older servers do not send it.
        if (message.serverTime !== undefined) time.set(message.serverTime);
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
      openTimeoutMs: asFunction(options.openTimeoutMs, 20_000),
      longestWaitMs: asFunction(options.longestWaitMs, MAX_WAIT_MS),
      isOffline,
    },
    {
      state(state) {
        debug.report("state", state);
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
        time.set(welcome.serverTime);
        inboxes = welcome.inboxes;
        heartbeatMs = welcome.heartbeatMs;
        heartbeat?.stop();
        heartbeat = startHeartbeat({
          ...common,
          intervalMs,
          isHidden,
          ping: () => channels.ping(link),
          overdue: connection.overdue,
          alive: connection.alive,
          dead: link.close,
          awaiting: () => channels.awaiting() || outbox.awaiting(),
          resend() {
            channels.resend();
            outbox.resend();
          },
        });
        channels.welcomed(link, welcome.channels);
        outbox.resend();
        attention.resend();
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
      connection.goIdle();
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
    attend: attention.report,
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

/** Makes a function of a time that may be a number or a function. */
const asFunction =
  (given: number | (() => number) | undefined, byDefault: number): (() => number) =>
  () =>
    (typeof given === "function" ? given() : given) ?? byDefault;

function webSocketUrl(url: string): string {
  if (!/^wss?:\/\//.test(url)) throw new CallboardError("invalid", `"${url}" is not a WebSocket URL`);
  return url;
}

function ownWebSocket(): WebSocketFactory {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketFactory };
  if (!WebSocket) throw new CallboardError("invalid", "there is no WebSocket class here: pass one");
  return WebSocket;
}

/** 128 random bits from the best source available; `crypto.randomUUID` exists only in secure contexts. */
function newReplyId(random: () => number): string {
  const bytes = Uint8Array.from({ length: 32 }, () => 256 * random());
  (globalThis as { crypto?: Crypto }).crypto?.getRandomValues?.(bytes);
  return `rpl_${Array.from(bytes, (byte) => (byte % 16).toString(16)).join("")}`;
}
