import type { ClientClock } from "./clock.ts";

/** A question unanswered for this long makes a connection doubtful, a ping dead, in milliseconds. */
const ANSWER_MS = 10_000;
/** A ping unanswered for this long makes a connection doubtful, in milliseconds: there was no answer for a whole interval. */
const PONG_MS = 3000;
/** However often the server asks for it, no more often than this, in milliseconds. */
const SHORTEST_MS = 1000;
/** A message without any answer for this long is sent again, in milliseconds. */
const AGAIN_MS = 15_000;
/** After a refusal messages are sent again after one to two of these, doubled with each refusal in a row. */
const REFUSED_MS = 1000;
const CAP_MS = 30_000;
/** So often it is looked whether the last answer is too old, as after the machine's sleep, in milliseconds. */
const LOOK_MS = 5000;

/**
 * Keeps one connection alive, finds out when it is in doubt and when it is dead, and decides when unanswered messages are
 * sent again; all of them are idempotent, so once too often does no harm.
 */
export interface Heartbeat {
  /** A message was sent that wants an answer. */
  sent(): void;
  /** A message came that answers `re`. */
  heard(re: string): void;
  /** What it answers was handled. */
  answered(): void;
  /** The server could not handle a message now; `afterMs` is what it asked for, in milliseconds. */
  refused(afterMs?: number): void;
  /** The gateway did not handle some message: a ping that is unanswered is sent again after one to two seconds. */
  gatewayError(): void;
  /** Beats at once, unless a beat is under way: for when the machine may have slept. */
  beat(): void;
  /** The interval may have become shorter. */
  intervalChanged(): void;
  stop(): void;
}

/** Begins with a connection that has just answered. */
export function startHeartbeat(options: {
  clock: ClientClock;
  random: () => number;
  /** How long to wait between a pong and the next ping, in milliseconds. */
  intervalMs: () => number;
  /**
   * Whether nobody sees the page. Its timers come late, so that a late beat is no sign of a sleep, and it is not told as
   * a doubt.
   */
  isHidden: () => boolean;
  /** Sends one ping or several; returns their ids. */
  ping: () => string[];
  /** An answer is overdue: the connection is no longer to be called one, until `trust`. */
  doubt: () => void;
  /** All pings were answered. */
  trust: () => void;
  dead: () => void;
  /** Whether a message wants an answer. */
  awaiting: () => boolean;
  /** Sends again whatever wants an answer; it is told by `sent` as ever. */
  resend: () => void;
}): Heartbeat {
  const { clock, random, isHidden, ping, doubt, trust, dead, awaiting, resend } = options;
  const intervalMs = () => Math.max(SHORTEST_MS, options.intervalMs());
  const unanswered = new Set<string>();
  let answeredAt = clock.now();
  let restedAt = answeredAt;
  let pingedAt = answeredAt;
  let cancelBeat: () => void = () => {};
  let cancelLook: () => void = () => {};
  let cancelQuestion: (() => void) | undefined;
  let cancelAgain: (() => void) | undefined;
  let againAt = 0;
  let refusals = 0;

  /** Whether a moment is at most so long ago. One that is still to come was told by a clock that was wrong then, or is now. */
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
    cancelQuestion?.();
    cancelQuestion = clock.after(PONG_MS, doubt);
  }

  function rest(): void {
    cancelBeat();
    cancelBeat = clock.after(Math.max(0, restedAt + intervalMs() - clock.now()), send);
  }

  function beat(): void {
    if (!isFresh() && !isHidden()) doubt();
    // Of a ping from before a sleep only what came before the sleep may still be heard.
    if (unanswered.size === 0 || !isWithin(pingedAt, ANSWER_MS)) send();
  }

  const isFresh = () => isWithin(answeredAt, intervalMs() + ANSWER_MS);

  function look(): void {
    if (!isFresh()) beat();
    cancelLook = clock.after(LOOK_MS, look);
  }

  function hear(): void {
    answeredAt = clock.now();
    cancelQuestion?.();
    cancelQuestion = undefined;
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

  rest();
  cancelLook = clock.after(LOOK_MS, look);
  return {
    sent() {
      cancelQuestion ??= clock.after(ANSWER_MS, () => {
        cancelQuestion = undefined;
        doubt();
        beat();
      });
      sendAgain(AGAIN_MS);
    },
    heard(re) {
      hear();
      if (!unanswered.delete(re) || unanswered.size > 0) return;
      restedAt = clock.now();
      rest();
      trust();
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
      if (unanswered.size === 0) rest();
    },
    stop() {
      endAgain();
      cancelBeat();
      cancelLook();
      cancelQuestion?.();
      cancelQuestion = undefined;
    },
  };
}
