import { connectionMs, type ServerMessageOf } from "@callboard/protocol";
import { fullJitterBackoff } from "./backoff.ts";
import type { ClientClock } from "./clock.ts";
import type { ClosedCode, ConnectionState, WaitReason } from "./connection-state.ts";
import type { Report } from "./debug.ts";
import { CallboardError } from "./error.ts";
import { type Link, openLink, type WebSocketFactory } from "./link.ts";
import type { Frame } from "./server-message.ts";

/**
 * A connection that lasted this long after its welcome resets the waits between attempts, in milliseconds.
 */
const STABLE_MS = 5000;
/** From this many failed attempts in a row on, the reason is looked up with `isServerUp`, or left open. */
const FAILURES_BEFORE_REASON = 3;
/** How many attempts in a row must fail while the server is up before the reason is `unauthorized`. */
const REFUSALS_BEFORE_REASON = 2;
/**
 * A socket is tried at least this often even while the server seems to be down, in milliseconds. After many failed sockets, browsers delay a page's new sockets by seconds; they do not delay the check that
 * the server is up.
 */
const MAX_UNTRIED_MS = 30_000;
/** An attempt older than this is replaced when a new one is requested, in milliseconds. */
const HANGING_MS = 2000;
/** The shortest time between renewals, in milliseconds, however soon the token expires. */
const MIN_LIFE_MS = 10_000;

const idle: ConnectionState = { state: "idle" };
const connecting: ConnectionState = { state: "connecting" };
const GOODBYE = "the server said goodbye";

type Welcome = ServerMessageOf<"welcome">;

interface ConnectionOptions {
  url: string;
  token: () => string | Promise<string>;
  /** Throws when there is no class. */
  socketClass: () => WebSocketFactory;
  clock: ClientClock;
  /** The server's time. */
  now: () => number;
  random: () => number;
  openTimeoutMs: () => number;
  longestWaitMs: () => number;
  isServerUp?: () => Promise<boolean>;
  /** Whether the browser knows that it has no network. */
  isOffline: () => boolean;
  report: Report;
}

interface ConnectionEvents {
  state(state: ConnectionState): void;
  /** A link is open: sends hello, and returns its message id. */
  hello(link: Link): string;
  /** From now on the link is the current one. */
  welcomed(link: Link, welcome: Welcome): void;
  message(link: Link, message: Frame): void;
  ended(): void;
}

/**
 * Keeps one welcomed link whenever it can; a renewal opens the next link before it closes the current one.
 */
export interface Connection {
  readonly state: ConnectionState;
  /** The welcomed link, if there is one. */
  readonly current: Link | undefined;
  /** Connects, if the state is `idle`; if the server asked for a wait, after that wait. */
  open(): void;
  /** Closes all links and stays `idle` until `open`. */
  goIdle(): void;
  /**
   * Ends a wait (unless the server asked for it) and replaces an attempt that hangs; makes a renewal that was
   * missed while the machine slept. An idle connection stays idle.
   */
  wake(): void;
  /** The network is gone: gives up all links and tries at once, in case the server can still be reached. */
  wentOffline(): void;
  /** An answer is overdue: the state is not `connected` until `alive`. */
  overdue(): void;
  alive(): void;
  close(code: ClosedCode, reason: string): void;
}

/** Creates a connection; its first state is `idle`. */
export function createConnection(options: ConnectionOptions, events: ConnectionEvents): Connection {
  const { clock, random, isServerUp, isOffline } = options;
  const backoff = fullJitterBackoff(random, options.longestWaitMs);
  let state: ConnectionState = idle;
  let current: Link | undefined;
  let welcomed: ConnectionState = idle;
  /**
   * The attempt that is running, from the `isServerUp` and `token` calls until the welcome; a new object each
   * time.
   */
  let attempt: object | undefined;
  /** 0 for an attempt that started without a network: it is replaced when the network is back. */
  let startedAt = 0;
  /** Undefined when `isServerUp` was not called. */
  let serverUp: boolean | undefined;
  /** The link of the attempt. */
  let next: Link | undefined;
  let helloId: string | undefined;
  let cancelTimeout: () => void = () => {};
  let failures = 0;
  let refusals = 0;
  let dialedAt = 0;
  let askedMs = 0;
  let askedAt = 0;
  let cancelRetry: (() => void) | undefined;
  let cancelLife: () => void = () => {};
  let renewAt = 0;
  let goodbye = false;

  function enter(to: ConnectionState): void {
    if (state.state === "closed" || (to.state !== "waiting" && isSame(to, state))) return;
    state = to;
    events.state(state);
  }

  function open(): void {
    endWait();
    if (attempt || state.state === "closed") return;
    const mine = {};
    attempt = mine;
    startedAt = isOffline() ? 0 : clock.now();
    serverUp = undefined;
    helloId = undefined;
    cancelTimeout = clock.after(options.openTimeoutMs(), giveUp);
    const isReported = failures < FAILURES_BEFORE_REASON && !isOffline();
    // The attempt counts as started before its first step: it can be woken, and given up when the page is
    // left.
    if (!current && (isReported || state.state === "idle")) enter(connecting);
    // Not before `connect` has returned: `token` may need the client.
    void Promise.resolve().then(() => prepare(mine));
  }

  function giveUp(): void {
    // No answer is not a refusal.
    serverUp = undefined;
    fail("cannot_connect");
  }

  async function prepare(mine: object): Promise<void> {
    // It may be over by now: React's strict mode mounts, unmounts and mounts again in one turn.
    if (attempt !== mine) return;
    if (isServerUp && failures >= FAILURES_BEFORE_REASON && !isOffline()) {
      let isUp = false;
      try {
        isUp = await isServerUp();
      } catch {
        // The server is down.
      }
      if (attempt !== mine) return;
      serverUp = isUp;
      if (!isUp && Math.abs(clock.now() - dialedAt) < MAX_UNTRIED_MS) return fail("cannot_connect");
    }
    try {
      const token = await options.token();
      if (typeof token !== "string" || token === "")
        throw new CallboardError("invalid", "token() gave no text");
      if (attempt === mine) dial(token);
    } catch (error) {
      if (attempt === mine) fail("no_token", error);
    }
  }

  function dial(token: string): void {
    dialedAt = clock.now();
    try {
      next = openLink(options.url, token, options.socketClass(), options.report, {
        opened: sayHello,
        message: (link, message) => (link === next ? opening(link, message) : receive(link, message)),
        ended,
      });
    } catch {
      fail("cannot_connect");
    }
  }

  function sayHello(link: Link): void {
    if (link !== next) return;
    helloId = events.hello(link);
  }

  /** Handles frames before the welcome; frames may overtake each other, so it may be a delta. */
  function opening(link: Link, message: Frame): void {
    if (message.type === "welcome") welcome(link, message);
    else if (message.type === "gateway_error") clock.after(1000 * (1 + random()), () => sayHello(link));
    else if (message.type === "bye") refusedHello(message, GOODBYE, message.afterMs);
    else if (message.type === "error" && (!message.re || message.re === helloId))
      refusedHello(message, message.message, message.retryAfterMs);
    else events.message(link, message);
  }

  function refusedHello(
    { retry, code }: ServerMessageOf<"bye"> | ServerMessageOf<"error">,
    reason: string,
    afterMs: number | undefined,
  ): void {
    if (afterMs) askToWait(afterMs);
    if (retry === "never") close(code, reason);
    else fail("server_asked");
  }

  function welcome(link: Link, message: Welcome): void {
    const previous = current;
    endAttempt();
    current = link;
    failures = 0;
    refusals = 0;
    goodbye = false;
    endLife();
    const cancelHeld = clock.after(STABLE_MS, backoff.reset);
    const life = lifeMs(message, random);
    renewAt = clock.now() + life;
    const cancelRenewal = clock.after(life, renew);
    cancelLife = () => {
      cancelHeld();
      cancelRenewal();
    };
    events.welcomed(link, message);
    previous?.close();
    welcomed = { state: "connected", user: message.user, inboxes: message.inboxes };
    enter(welcomed);
  }

  function receive(link: Link, message: Frame): void {
    if (link !== current) return;
    if (message.type === "bye") leave(message);
    else events.message(link, message);
    if (message.type === "error" && message.retry === "reauthenticate") renew();
  }

  function askToWait(ms: number): void {
    askedMs = ms;
    askedAt = clock.now();
  }

  /**
   * What is left of the wait that the server asked for; zero or less once it is over, or when the clock was
   * set to a time before it began.
   */
  function leftMs(): number {
    const goneMs = clock.now() - askedAt;
    return goneMs < 0 ? 0 : askedMs - goneMs;
  }

  /**
   * The server is about to close the link: connect again at once, before it closes, or later if the server
   * asks for that.
   */
  function leave(bye: ServerMessageOf<"bye">): void {
    goodbye = true;
    if (bye.retry === "never") close(bye.code, GOODBYE);
    else if (!bye.afterMs) renew();
    else {
      askToWait(bye.afterMs);
      current?.close();
    }
  }

  function ended(link: Link): void {
    const wasCurrent = link === current;
    if (wasCurrent) current = undefined;
    events.ended();
    if (link === next) fail("cannot_connect");
    if (!wasCurrent) return;
    endLife();
    if (isOver()) return;
    if (attempt) enter(connecting);
    else retry(goodbye ? "server_asked" : isOffline() ? "offline" : "lost");
  }

  function fail(reason: WaitReason, error?: unknown): void {
    const why = whyFailed(reason);
    endAttempt()?.close();
    retry(why, error);
  }

  /** Counts a failed attempt; a failure without a network shows nothing about the server. */
  function whyFailed(reason: WaitReason): WaitReason {
    if (isOffline()) return "offline";
    failures++;
    const refused = serverUp && helloId === undefined && reason === "cannot_connect";
    refusals = refused ? refusals + 1 : 0;
    if (reason !== "cannot_connect" || failures < FAILURES_BEFORE_REASON) return reason;
    if (!isServerUp) return "unauthorized_or_unreachable";
    return refusals >= REFUSALS_BEFORE_REASON ? "unauthorized" : "cannot_connect";
  }

  function retry(reason: WaitReason, error?: unknown): void {
    endWait();
    const retryInMs = Math.max(backoff.next(), leftMs());
    cancelRetry = clock.after(retryInMs, open);
    if (current) return;
    enter({ state: "waiting", retryInMs, retryAt: options.now() + retryInMs, reason, error });
  }

  function renew(): void {
    // After a short wait even the first time, so that a server that asks again and again does not cause a
    // loop.
    if (attempt || cancelRetry || state.state === "closed") return;
    cancelRetry = clock.after(backoff.next(), open);
  }

  function endWait(): void {
    cancelRetry?.();
    cancelRetry = undefined;
  }

  /** Ends the attempt, after success or failure; returns its link. */
  function endAttempt(): Link | undefined {
    const link = next;
    cancelTimeout();
    attempt = undefined;
    next = undefined;
    return link;
  }

  function endLife(): void {
    cancelLife();
    cancelLife = () => {};
  }

  /** Neither connected nor about to connect. */
  const isOver = () => state.state === "closed" || state.state === "idle";

  function end(to: ConnectionState): void {
    if (state.state === "closed") return;
    endWait();
    endLife();
    const links = [endAttempt(), current];
    enter(to);
    for (const link of links) link?.close();
  }

  const close = (code: ClosedCode, reason: string) => end({ state: "closed", code, reason });

  return {
    get state() {
      return state;
    },
    get current() {
      return current;
    },
    open() {
      if (state.state !== "idle") return;
      // The caller of `open` gets the error.
      options.socketClass();
      if (leftMs() > 0) retry("server_asked");
      else open();
    },
    goIdle: () => end(idle),
    wake() {
      if (isOver()) return;
      dialedAt = 0;
      if (leftMs() > 0) return;
      if (attempt && Math.abs(clock.now() - startedAt) > HANGING_MS) giveUp();
      if (!current) open();
      else if (clock.now() >= renewAt) renew();
    },
    wentOffline() {
      if (isOver()) return;
      if (attempt) fail("offline");
      current?.close();
      if (leftMs() <= 0) open();
    },
    overdue() {
      if (current) enter(connecting);
    },
    alive() {
      if (current) enter(welcomed);
    },
    close,
  };
}

const isSame = (one: ConnectionState, other: ConnectionState): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * When to renew: after 80 to 90 % of the time left, so that clients that connected together do not renew
 * together. It uses the server's clock, since the client's may be wrong.
 */
function lifeMs({ expiresAt, serverTime }: Welcome, random: () => number): number {
  const left = Math.min(expiresAt - serverTime, connectionMs);
  return Math.max(MIN_LIFE_MS, left * (0.8 + 0.1 * random()));
}
