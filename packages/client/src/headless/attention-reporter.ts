import { type AttentionState, attentionMs } from "@callboard/protocol";

/** Time as a reporter needs it, in milliseconds. */
export interface ReporterClock {
  now(): number;
  /** Calls back once after `ms`; returns a function that takes it back. */
  after(ms: number, then: () => void): () => void;
}

/** Says again and again what somebody does about one question, as long as it is so. */
export interface AttentionReporter {
  /** What is so from now on; undefined while nobody can be told. */
  is(state: AttentionState | undefined): void;
  /** Says `left` at once if that may be sent now: the page is about to go. */
  leave(): void;
  /** What was said last was not taken, so nobody knows of it. */
  unheard(): void;
}

const renewMs = attentionMs / 3;
/** Frames may overtake each other: two within this time could leave the earlier state standing. */
const gapMs = 1_000;

/**
 * Sends a change at once, but never two within a second; what is not `left` is sent again every 30 seconds. Nothing is
 * sent of a question that was never on the screen.
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
    const dueAt = sent.at + (wanted === sent.state ? renewMs : gapMs);
    const waitMs = dueAt - clock.now();
    if (waitMs <= 0) tell(wanted);
    else cancel = clock.after(waitMs, plan);
  }

  function tell(state: AttentionState): void {
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
