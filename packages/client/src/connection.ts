import {
  type ClientMessageOf,
  connectionMs,
  type ServerMessage,
  type ServerMessageOf,
} from "@callboard/protocol";
import { fullJitterBackoff } from "./backoff.ts";
import type { ClientClock } from "./clock.ts";
import type { ClosedCode, ConnectionState, WaitReason } from "./connection-state.ts";
import type { Tell } from "./debug.ts";
import { CallboardError } from "./error.ts";
import { type Link, openLink, type WebSocketFactory } from "./link.ts";

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
  name: string;
  openTimeoutMs: () => number;
  longestWaitMs: () => number;
  isServerUp?: () => Promise<boolean>;
  /** Whether the browser knows that it has no network. */
  isOffline: () => boolean;
  nextId: () => string;
  tell: Tell;
}

interface ConnectionEvents {
  state(state: ConnectionState): void;
  /** A link is about to say hello: which channels shall it name, and where do they stand? */
  hello(link: Link): ClientMessageOf<"hello">["channels"];
  /** The link is the current one from now on. */
  welcomed(link: Link, welcome: Welcome): void;
  message(link: Link, message: ServerMessage): void;
  gatewayError(link: Link): void;
  ended(link: Link): void;
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

/**
 * An opening under way: whether the server is up and the token are being asked for, the socket opens, hello is said,
 * until the welcome.
 */
interface Attempt {
  /** 0 for one that began without a network: it is of no use once there is one. */
  startedAt: number;
  /** Undefined when nobody was asked. */
  serverUp?: boolean | undefined;
  link?: Link;
  helloId?: string;
  cancelTimers: (() => void)[];
}

/** Begins as `idle`. */
export function createConnection(options: ConnectionOptions, events: ConnectionEvents): Connection {
  const { clock, random } = options;
  const backoff = fullJitterBackoff(random, options.longestWaitMs);
  let state: ConnectionState = idle;
  let current: Link | undefined;
  let attempt: Attempt | undefined;
  let welcomed: ConnectionState | undefined;
  let failures = 0;
  let refusals = 0;
  let dialedAt = 0;
  let askedMs = 0;
  let askedAt = 0;
  let cancelRetry: (() => void) | undefined;
  let cancelLife: () => void = () => {};
  let renewAt = 0;
  let goodbye = false;

  function enter(next: ConnectionState): void {
    if (state.state === "closed" || (next.state !== "waiting" && isSame(next, state))) return;
    state = next;
    events.state(state);
  }

  function open(): void {
    cancelRetry?.();
    cancelRetry = undefined;
    if (attempt || state.state === "closed") return;
    const startedAt = options.isOffline() ? 0 : clock.now();
    const mine: Attempt = { startedAt, cancelTimers: [] };
    attempt = mine;
    const isTold = failures < TELLING_FAILURES && !options.isOffline();
    // What is under way is not idle: it is woken, and given up when the page is left.
    if (!current && (isTold || state.state === "idle")) enter({ state: "connecting" });
    mine.cancelTimers.push(clock.after(options.openTimeoutMs(), () => giveUp(mine)));
    // Not before `connect` has returned: what gives the token may need the client.
    void Promise.resolve().then(() => prepare(mine));
  }

  function giveUp(mine: Attempt): void {
    // Silence is no refusal.
    mine.serverUp = undefined;
    fail(mine, "cannot_connect");
  }

  async function prepare(mine: Attempt): Promise<void> {
    // It may be over by now: React's strict mode mounts, unmounts and mounts again in one turn.
    if (attempt !== mine) return;
    const { isServerUp, token } = options;
    if (isServerUp && failures >= TELLING_FAILURES && !options.isOffline()) {
      try {
        mine.serverUp = await isServerUp();
      } catch {
        mine.serverUp = false;
      }
      if (attempt !== mine) return;
      if (!mine.serverUp && Math.abs(clock.now() - dialedAt) < BLIND_MS) return fail(mine, "cannot_connect");
    }
    let given: string;
    try {
      given = await token();
      if (typeof given !== "string" || given === "")
        throw new CallboardError("invalid", "token() gave no text");
    } catch (error) {
      return fail(mine, "no_token", { error });
    }
    if (attempt === mine) dial(mine, given);
  }

  function dial(mine: Attempt, token: string): void {
    dialedAt = clock.now();
    try {
      mine.link = openLink(options.url, token, options.socketClass(), options.tell, {
        opened: () => sayHello(mine),
        message: (link, message) =>
          link === attempt?.link ? opening(mine, message) : receive(link, message),
        gatewayError: (link) => {
          if (link !== attempt?.link) events.gatewayError(link);
          else mine.cancelTimers.push(clock.after(1000 * (1 + random()), () => sayHello(mine)));
        },
        ended,
      });
    } catch {
      fail(mine, "cannot_connect");
    }
  }

  function sayHello(mine: Attempt): void {
    if (attempt !== mine || !mine.link) return;
    mine.helloId = options.nextId();
    const channels = events.hello(mine.link);
    mine.link.send({ type: "hello", id: mine.helloId, client: options.name, ...(channels && { channels }) });
  }

  /** What comes before the welcome; frames may overtake each other, so it may be a delta. */
  function opening(mine: Attempt, message: ServerMessage): void {
    const answersHello = message.type === "error" && (!message.re || message.re === mine.helloId);
    if (message.type === "welcome") welcome(mine, message);
    else if (message.type === "bye" || answersHello) turnedAway(mine, message);
    else if (mine.link) events.message(mine.link, message);
  }

  function turnedAway(mine: Attempt, message: ServerMessageOf<"bye"> | ServerMessageOf<"error">): void {
    const [reason, afterMs] =
      message.type === "bye" ? [GOODBYE, message.afterMs] : [message.message, message.retryAfterMs];
    if (message.retry === "never") close(message.code, reason);
    else fail(mine, "server_asked", { afterMs });
  }

  function welcome(mine: Attempt, message: Welcome): void {
    const link = mine.link as Link;
    const previous = current;
    give(mine);
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

  function receive(link: Link, message: ServerMessage): void {
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
    events.ended(link);
    if (attempt && link === attempt.link) fail(attempt, "cannot_connect");
    if (!wasCurrent) return;
    endLife();
    if (isOver()) return;
    if (attempt) enter({ state: "connecting" });
    else retry(goodbye ? "server_asked" : options.isOffline() ? "offline" : "lost");
  }

  function fail(
    mine: Attempt,
    reason: WaitReason,
    more: { afterMs?: number | undefined; error?: unknown } = {},
  ): void {
    if (attempt !== mine) return;
    give(mine);
    mine.link?.close();
    if (more.afterMs) askToWait(more.afterMs);
    retry(whyFailed(mine, reason), more.error);
  }

  /** Counts a failed opening; what fails without a network says nothing of the server. */
  function whyFailed(mine: Attempt, reason: WaitReason): WaitReason {
    if (options.isOffline()) return "offline";
    failures++;
    const refused = mine.serverUp && mine.helloId === undefined && reason === "cannot_connect";
    refusals = refused ? refusals + 1 : 0;
    if (reason !== "cannot_connect" || failures < TELLING_FAILURES) return reason;
    if (!options.isServerUp) return "unauthorized_or_unreachable";
    return refusals >= TELLING_REFUSALS ? "unauthorized" : "cannot_connect";
  }

  function retry(reason: WaitReason, error?: unknown): void {
    cancelRetry?.();
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

  /** The attempt is over, for better or worse. */
  function give(mine: Attempt): void {
    for (const cancel of mine.cancelTimers) cancel();
    attempt = undefined;
  }

  function endLife(): void {
    cancelLife();
    cancelLife = () => {};
  }

  /** Neither connected nor about to be. */
  const isOver = () => state.state === "closed" || state.state === "idle";

  function end(next: ConnectionState): void {
    if (state.state === "closed") return;
    cancelRetry?.();
    cancelRetry = undefined;
    endLife();
    const links = [attempt?.link, current];
    if (attempt) give(attempt);
    enter(next);
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
      if (attempt && Math.abs(clock.now() - attempt.startedAt) > HANGING_MS) giveUp(attempt);
      if (!current) open();
      else if (clock.now() >= renewAt) renew();
    },
    wentOffline() {
      if (isOver()) return;
      if (attempt) fail(attempt, "offline");
      current?.close();
      if (leftMs() <= 0) open();
    },
    doubt() {
      if (current) enter({ state: "connecting" });
    },
    trust() {
      if (current && welcomed) enter(welcomed);
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
