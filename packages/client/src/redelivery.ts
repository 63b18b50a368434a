import type { ClientClock } from "./clock.ts";

/** A message without any answer for this long is sent again, in milliseconds. */
const ANSWER_MS = 15_000;
/** After a refusal messages are sent again after one to two of these, doubled with each refusal in a row. */
const REFUSED_MS = 1000;
const CAP_MS = 30_000;

/** Decides when unanswered messages are sent again; all of them are idempotent, so once too often does no harm. */
export interface Redelivery {
  /** A message was sent that wants an answer. */
  sent(): void;
  /** The server or its gateway could not handle a message now; `afterMs` is what it asked for, in milliseconds. */
  refused(afterMs?: number): void;
  answered(): void;
  stop(): void;
}

/** Calls `resend` when it is time, unless all is answered; whatever it sends is told by `sent` as ever. */
export function createRedelivery(options: {
  clock: ClientClock;
  random: () => number;
  awaiting: () => boolean;
  resend: () => void;
  /** Hears of every message that is sent and wants an answer. */
  asked: () => void;
}): Redelivery {
  const { clock, random, awaiting, resend, asked } = options;
  let timer: { at: number; cancel: () => void } | undefined;
  let refusals = 0;

  function arm(ms: number): void {
    const at = clock.now() + ms;
    if (timer && timer.at <= at) return;
    timer?.cancel();
    timer = { at, cancel: clock.after(ms, due) };
  }

  function due(): void {
    timer = undefined;
    if (awaiting()) resend();
  }

  function stop(): void {
    timer?.cancel();
    timer = undefined;
    refusals = 0;
  }

  return {
    sent() {
      asked();
      arm(ANSWER_MS);
    },
    refused(afterMs = 0) {
      const wait = REFUSED_MS * (1 + random()) * 2 ** Math.min(refusals++, 10);
      arm(Math.max(afterMs, Math.min(CAP_MS, wait)));
    },
    answered() {
      refusals = 0;
      if (!awaiting()) stop();
    },
    stop,
  };
}
