import type { ClientClock } from "./clock.ts";

/**
 * A message unanswered for this long puts the connection in doubt; for a ping it is dead. In milliseconds.
 */
const ANSWER_MS = 10_000;
/**
 * A ping unanswered for this long puts the connection in doubt, in milliseconds: there was no answer for a
 * whole interval.
 */
const PONG_MS = 3000;
/** The shortest interval between pings, even if the server asks for less, in milliseconds. */
const MIN_MS = 1000;
/** A message without any answer for this long is sent again, in milliseconds. */
const RESEND_MS = 15_000;
/**
 * After a refusal, messages are sent again after one to two times this long, doubled with each refusal in a
 * row. In milliseconds.
 */
const REFUSED_MS = 1000;
const CAP_MS = 30_000;
/** How often to check whether the last answer is too old, as after the machine's sleep, in milliseconds. */
const CHECK_MS = 5000;

/**
 * Keeps one connection alive, detects when it is in doubt or dead, and decides when unanswered messages are
 * sent again. All messages are idempotent, so sending one too often does no harm.
 */
export interface Heartbeat {
  /** A message was sent that expects an answer. */
  sent(): void;
  /** A message came that answers `re`. */
  heard(re: string): void;
  /** The answered message was handled. */
  answered(): void;
  /** The server could not handle a message now; `afterMs` is the wait that it asked for, in milliseconds. */
  refused(afterMs?: number): void;
  /** The gateway failed to handle some message: an unanswered ping is sent again after one to two seconds. */
  gatewayError(): void;
  /** Pings at once, unless a ping is unanswered: for when the machine may have slept. */
  beat(): void;
  /** The interval may have become shorter. */
  intervalChanged(): void;
  stop(): void;
}

/** Starts for a connection that has just answered. */
export function startHeartbeat(options: {
  clock: ClientClock;
  random: () => number;
  /** How long to wait between a pong and the next ping, in milliseconds. */
  intervalMs: () => number;
  /**
   * Whether the page is hidden. Its timers run late, so a late ping is not a sign of sleep and is not reported
   * as a doubt.
   */
  isHidden: () => boolean;
  /** Sends one ping or several; returns their ids. */
  ping: () => string[];
  /** An answer is overdue: the connection does not count as connected until `alive`. */
  overdue: () => void;
  /** All pings were answered. */
  alive: () => void;
  dead: () => void;
  /** Whether an answer is expected. */
  awaiting: () => boolean;
  /** Sends all unanswered messages again; each is reported by `sent` as usual. */
  resend: () => void;
}): Heartbeat {
  const { clock, random, isHidden, ping, overdue, alive, dead, awaiting, resend } = options;
  const intervalMs = () => Math.max(MIN_MS, options.intervalMs());
  const unanswered = new Set<string>();
  let answeredAt = clock.now();
  let pongAt = answeredAt;
  let pingedAt = answeredAt;
  let cancelBeat: () => void = () => {};
  let cancelCheck: () => void = () => {};
  let cancelOverdue: (() => void) | undefined;
  let cancelAgain: (() => void) | undefined;
  let againAt = 0;
  let refusals = 0;

  /**
   * Whether a moment is at most this long ago. A moment in the future comes from a clock that was wrong then,
   * or is wrong now.
   */
  function isWithin(at: number, ms: number): boolean {
    const ago = clock.now() - at;
    return ago >= 0 && ago <= ms;
  }

  function send(): void {
    unanswered.clear();
    for (const id of ping()) unanswered.add(id);
    pingedAt = clock.now();
    cancelBeat();
    cancelBeat = clock.after(ANSWER_MS, dead);
    cancelOverdue?.();
    cancelOverdue = clock.after(PONG_MS, overdue);
  }

  function scheduleBeat(): void {
    cancelBeat();
    cancelBeat = clock.after(Math.max(0, pongAt + intervalMs() - clock.now()), send);
  }

  function beat(): void {
    if (!isFresh() && !isHidden()) overdue();
    // A ping from before a sleep counts only if it was answered before the sleep.
    if (unanswered.size === 0 || !isWithin(pingedAt, ANSWER_MS)) send();
  }

  const isFresh = () => isWithin(answeredAt, intervalMs() + ANSWER_MS);

  function check(): void {
    if (!isFresh()) beat();
    cancelCheck = clock.after(CHECK_MS, check);
  }

  function hear(): void {
    answeredAt = clock.now();
    cancelOverdue?.();
    cancelOverdue = undefined;
  }

  function sendAgain(ms: number): void {
    const at = clock.now() + ms;
    if (cancelAgain && againAt <= at) return;
    endAgain();
    againAt = at;
    cancelAgain = clock.after(ms, () => {
      cancelAgain = undefined;
      if (awaiting()) resend();
    });
  }

  function endAgain(): void {
    cancelAgain?.();
    cancelAgain = undefined;
  }

  function refused(afterMs = 0): void {
    const wait = REFUSED_MS * (1 + random()) * 2 ** Math.min(refusals++, 10);
    sendAgain(Math.max(afterMs, Math.min(CAP_MS, wait)));
  }

  scheduleBeat();
  cancelCheck = clock.after(CHECK_MS, check);
  return {
    sent() {
      cancelOverdue ??= clock.after(ANSWER_MS, () => {
        cancelOverdue = undefined;
        overdue();
        beat();
      });
      sendAgain(RESEND_MS);
    },
    heard(re) {
      hear();
      if (!unanswered.delete(re) || unanswered.size > 0) return;
      pongAt = clock.now();
      scheduleBeat();
      alive();
    },
    answered() {
      refusals = 0;
      if (!awaiting()) endAgain();
    },
    refused,
    gatewayError() {
      refused();
      hear();
      if (unanswered.size === 0) return;
      cancelBeat();
      cancelBeat = clock.after(1000 * (1 + random()), send);
    },
    beat,
    intervalChanged() {
      if (unanswered.size === 0) scheduleBeat();
    },
    stop() {
      endAgain();
      cancelBeat();
      cancelCheck();
      cancelOverdue?.();
      cancelOverdue = undefined;
    },
  };
}
