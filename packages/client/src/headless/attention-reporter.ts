import { type AttentionState, attentionMs } from "@callboard/protocol";

/** The clock of a reporter, in milliseconds. */
export interface ReporterClock {
  now(): number;
  /** Calls back once after `ms`; returns a function that cancels it. */
  after(ms: number, then: () => void): () => void;
}

/** Reports repeatedly what the user does about one question, while it is true. */
export interface AttentionReporter {
  /** Sets the state from now on; undefined while nobody may see it. */
  is(state: AttentionState | undefined): void;
  /** Sends `left` at once if that is possible now: the page is about to close. */
  leave(): void;
  /** The last report was refused, so nobody has seen it. */
  unheard(): void;
}

const RENEW_MS = attentionMs / 3;
/** The shortest time between two messages: they may overtake each other, and the earlier state would stay. */
const GAP_MS = 1_000;

/**
 * Sends a change at once, but at most one message per second; any state except `left` is repeated every 30
 * seconds. Nothing is sent about a question that was never on the screen.
 */
export function createAttentionReporter(
  clock: ReporterClock,
  send: (state: AttentionState) => void,
): AttentionReporter {
  let wanted: AttentionState | undefined;
  let sent: { state: AttentionState; at: number } = { state: "left", at: Number.NEGATIVE_INFINITY };
  let cancel = () => {};

  function plan(): void {
    cancel();
    cancel = () => {};
    if (wanted === undefined || (wanted === "left" && sent.state === "left")) return;
    const dueAt = sent.at + (wanted === sent.state ? RENEW_MS : GAP_MS);
    const waitMs = dueAt - clock.now();
    if (waitMs <= 0) report(wanted);
    else cancel = clock.after(waitMs, plan);
  }

  function report(state: AttentionState): void {
    sent = { state, at: clock.now() };
    send(state);
    plan();
  }

  return {
    is(state) {
      if (state === wanted) return;
      wanted = state;
      plan();
    },
    leave() {
      wanted = "left";
      plan();
    },
    unheard() {
      sent = { state: "left", at: sent.at };
      plan();
    },
  };
}
