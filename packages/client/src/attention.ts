import { type AttentionState, attentionMs, type RequestId } from "@callboard/protocol";
import type { ClientClock } from "./clock.ts";
import type { Acted } from "./outbox.ts";

/**
 * What the user does about requests. The server forgets this with the connection, so each new connection gets
 * it again.
 */
interface Attention {
  report(requestId: RequestId, state: AttentionState): Promise<Acted>;
  /** On a new connection: sends again what is still valid. */
  resend(): void;
}

/**
 * Creates an `Attention`. `attend` sends one message to the server. A state older than 90 seconds is no
 * longer valid.
 */
export function createAttention(
  clock: Pick<ClientClock, "now">,
  attend: (requestId: RequestId, state: AttentionState) => Promise<Acted>,
): Attention {
  const said = new Map<RequestId, { state: AttentionState; at: number; answered: boolean }>();

  async function report(requestId: RequestId, state: AttentionState, at = clock.now()): Promise<Acted> {
    const one = { state, at, answered: false };
    if (state === "left") said.delete(requestId);
    else said.set(requestId, one);
    const acted = await attend(requestId, state);
    one.answered = true;
    if (acted.status === "refused" && said.get(requestId) === one) said.delete(requestId);
    return acted;
  }

  return {
    report,
    resend() {
      for (const [requestId, { state, at, answered }] of [...said])
        if (clock.now() - at >= attentionMs) said.delete(requestId);
        // The outbox repeats unanswered messages by itself, and no caller waits for this one.
        else if (answered) report(requestId, state, at).catch(() => {});
    },
  };
}
