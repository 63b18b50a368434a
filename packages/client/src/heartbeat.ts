import type { ClientClock } from "./clock.ts";

/** A question unanswered for this long makes a connection doubtful, a ping dead, in milliseconds. */
const ANSWER_MS = 10_000;
/** A ping unanswered for this long makes a connection doubtful, in milliseconds: there was no answer for a whole interval. */
const PONG_MS = 3000;
/** However often the server asks for it, no more often than this, in milliseconds. */
const SHORTEST_MS = 1000;
/** So often it is looked whether the last answer is too old, as after the machine's sleep, in milliseconds. */
const LOOK_MS = 5000;

/** Keeps one connection alive, and finds out when it is in doubt and when it is dead. */
export interface Heartbeat {
  /** A message was sent that wants an answer. */
  asked(): void;
  /** A message came that answers `re`. */
  answered(re: string): void;
  /** The gateway did not handle some message: a ping that is unanswered is sent again after one to two seconds. */
  refused(): void;
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
}): Heartbeat {
  const { clock, random, isHidden, ping, doubt, trust, dead } = options;
  const intervalMs = () => Math.max(SHORTEST_MS, options.intervalMs());
  const unanswered = new Set<string>();
  let answeredAt = clock.now();
  let restedAt = answeredAt;
  let pingedAt = answeredAt;
  let cancelBeat: () => void = () => {};
  let cancelLook: () => void = () => {};
  let cancelQuestion: (() => void) | undefined;

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

  function heard(): void {
    answeredAt = clock.now();
    cancelQuestion?.();
    cancelQuestion = undefined;
  }

  rest();
  cancelLook = clock.after(LOOK_MS, look);
  return {
    asked() {
      cancelQuestion ??= clock.after(ANSWER_MS, () => {
        cancelQuestion = undefined;
        doubt();
        beat();
      });
    },
    answered(re) {
      heard();
      if (!unanswered.delete(re) || unanswered.size > 0) return;
      restedAt = clock.now();
      rest();
      trust();
    },
    refused() {
      heard();
      if (unanswered.size === 0) return;
      cancelBeat();
      cancelBeat = clock.after(1000 * (1 + random()), send);
    },
    beat,
    intervalChanged() {
      if (unanswered.size === 0) rest();
    },
    stop() {
      cancelBeat();
      cancelLook();
      cancelQuestion?.();
      cancelQuestion = undefined;
    },
  };
}
