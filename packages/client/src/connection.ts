import { connectionMs, type ServerMessageOf } from "@callboard/protocol";
import { fullJitterBackoff } from "./backoff.ts";
import type { ClientClock } from "./clock.ts";
import type { ClosedCode, ConnectionState, WaitReason } from "./connection-state.ts";
import type { Tell } from "./debug.ts";
import { CallboardError } from "./error.ts";
import { type Link, openLink, type WebSocketFactory } from "./link.ts";
import type { Frame } from "./server-message.ts";

/** A welcome that held this long starts the waits between attempts anew, in milliseconds. */
const HELD_MS = 5000;
/** From this many failed openings in a row on it is asked, or left open, which of the two is the reason. */
const TELLING_FAILURES = 3;
/** So many openings in a row must fail while the server is up until they are told as `unauthorized`. */
const TELLING_REFUSALS = 2;
/**
 * A socket is tried at least this often even while the server seems to be away, in milliseconds. Browsers hold back the
 * sockets of a page of which many have failed, by seconds; what asks whether the server is up they do not.
 */
const BLIND_MS = 30_000;
/** An attempt that is older than this is given up for a new one when it is asked for one, in milliseconds. */
const HANGING_MS = 2000;
/** Renewals are at least this far apart, in milliseconds, however soon the token expires. */
const SHORTEST_LIFE_MS = 10_000;

const idle: ConnectionState = { state: "idle" };
const connecting: ConnectionState = { state: "connecting" };
const GOODBYE = "the server said goodbye";

type Welcome = ServerMessageOf<"welcome">;

interface ConnectionOptions {
  url: string;
  token: () => string | Promise<string>;
  /** Throws when there is none. */
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
  tell: Tell;
}

interface ConnectionEvents {
  state(state: ConnectionState): void;
  /** A link is open: says hello, and gives the id of that. */
  hello(link: Link): string;
  /** The link is the current one from now on. */
  welcomed(link: Link, welcome: Welcome): void;
  message(link: Link, message: Frame): void;
  ended(): void;
}

/** Keeps one welcomed link at all times, as far as it can; a renewal opens the next before it closes the present one. */
export interface Connection {
  readonly state: ConnectionState;
  /** The welcomed link, if there is one. */
  readonly current: Link | undefined;
  /** Connects, if the state is `idle`: once the wait is over that the server asked for, if it did. */
  open(): void;
  /** Lets go of all links, and is `idle` until `open`. */
  rest(): void;
  /**
   * Ends a wait, unless the server asked for it, and an attempt that hangs; makes a renewal that fell due while the
   * machine slept. What is idle stays so.
   */
  wake(): void;
  /** The network has gone: what there is of links is of no use, and whatever can be reached nevertheless is tried at once. */
  wentOffline(): void;
  /** An answer is overdue: until `trust` the state is not `connected`. */
  doubt(): void;
  trust(): void;
  close(code: ClosedCode, reason: string): void;
}

/** Begins as `idle`. */
export function createConnection(options: ConnectionOptions, events: ConnectionEvents): Connection {
  const { clock, random, isServerUp, isOffline } = options;
  const backoff = fullJitterBackoff(random, options.longestWaitMs);
  let state: ConnectionState = idle;
  let current: Link | undefined;
  let welcomed: ConnectionState = idle;
  /**
   * The opening under way, from asking whether the server is up and for the token until the welcome; it is another object
   * each time.
   */
  let attempt: object | undefined;
  /** 0 for an attempt that began without a network: it is of no use once there is one. */
  let startedAt = 0;
  /** Undefined when nobody was asked. */
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
    const isTold = failures < TELLING_FAILURES && !isOffline();
    // What is under way is not idle: it is woken, and given up when the page is left.
    if (!current && (isTold || state.state === "idle")) enter(connecting);
    // Not before `connect` has returned: what gives the token may need the client.
    void Promise.resolve().then(() => prepare(mine));
  }

  function giveUp(): void {
    // Silence is no refusal.
    serverUp = undefined;
    fail("cannot_connect");
  }

  async function prepare(mine: object): Promise<void> {
    // It may be over by now: React's strict mode mounts, unmounts and mounts again in one turn.
    if (attempt !== mine) return;
    if (isServerUp && failures >= TELLING_FAILURES && !isOffline()) {
      let isUp = false;
      try {
        isUp = await isServerUp();
      } catch {
        // It is not.
      }
      if (attempt !== mine) return;
      serverUp = isUp;
      if (!isUp && Math.abs(clock.now() - dialedAt) < BLIND_MS) return fail("cannot_connect");
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
      next = openLink(options.url, token, options.socketClass(), options.tell, {
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

  /** What comes before the welcome; frames may overtake each other, so it may be a delta. */
  function opening(link: Link, message: Frame): void {
    if (message.type === "welcome") welcome(link, message);
    else if (message.type === "gateway_error") clock.after(1000 * (1 + random()), () => sayHello(link));
    else if (message.type === "bye") turnedAway(message, GOODBYE, message.afterMs);
    else if (message.type === "error" && (!message.re || message.re === helloId))
      turnedAway(message, message.message, message.retryAfterMs);
    else events.message(link, message);
  }

  function turnedAway(
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
    const cancelHeld = clock.after(HELD_MS, backoff.reset);
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
   * What is left of the wait that the server asked for; nothing, or less, once it is over, or once the clock was set to
   * before it began.
   */
  function leftMs(): number {
    const goneMs = clock.now() - askedAt;
    return goneMs < 0 ? 0 : askedMs - goneMs;
  }

  /** The server is about to close the link: come again at once beside it, or, if so asked, later. */
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

  /** Counts a failed opening; what fails without a network says nothing of the server. */
  function whyFailed(reason: WaitReason): WaitReason {
    if (isOffline()) return "offline";
    failures++;
    const refused = serverUp && helloId === undefined && reason === "cannot_connect";
    refusals = refused ? refusals + 1 : 0;
    if (reason !== "cannot_connect" || failures < TELLING_FAILURES) return reason;
    if (!isServerUp) return "unauthorized_or_unreachable";
    return refusals >= TELLING_REFUSALS ? "unauthorized" : "cannot_connect";
  }

  function retry(reason: WaitReason, error?: unknown): void {
    endWait();
    const retryInMs = Math.max(backoff.next(), leftMs());
    cancelRetry = clock.after(retryInMs, open);
    if (current) return;
    enter({ state: "waiting", retryInMs, retryAt: options.now() + retryInMs, reason, error });
  }

  function renew(): void {
    // After a short wait even the first time: a server that asks for it again and again is not asked in a circle.
    if (attempt || cancelRetry || state.state === "closed") return;
    cancelRetry = clock.after(backoff.next(), open);
  }

  function endWait(): void {
    cancelRetry?.();
    cancelRetry = undefined;
  }

  /** The attempt is over, for better or worse; gives its link. */
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

  /** Neither connected nor about to be. */
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
      // Whoever opens is told that there is none.
      options.socketClass();
      if (leftMs() > 0) retry("server_asked");
      else open();
    },
    rest: () => end(idle),
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
    doubt() {
      if (current) enter(connecting);
    },
    trust() {
      if (current) enter(welcomed);
    },
    close,
  };
}

const isSame = (one: ConnectionState, other: ConnectionState): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * When to renew: after 80 to 90 % of what is left, so that the clients that came together do not renew together. The
 * server's clock counts, since the client's may be wrong.
 */
function lifeMs({ expiresAt, serverTime }: Welcome, random: () => number): number {
  const left = Math.min(expiresAt - serverTime, connectionMs);
  return Math.max(SHORTEST_LIFE_MS, left * (0.8 + 0.1 * random()));
}
