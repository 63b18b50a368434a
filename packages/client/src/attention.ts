import { type AttentionState, attentionMs, type RequestId } from "@callboard/protocol";
import type { ClientClock } from "./clock.ts";
import type { Acted } from "./outbox.ts";

/** What the user does about requests. The server keeps it by connection, so it is said again over each new one. */
interface Attention {
  says(requestId: RequestId, state: AttentionState): Promise<Acted>;
  /** There is another connection: what still holds is said over it. */
  sayAgain(): void;
}

/** `attend` says it to the server. What was said more than 90 seconds ago holds no longer. */
export function createAttention(
  clock: Pick<ClientClock, "now">,
  attend: (requestId: RequestId, state: AttentionState) => Promise<Acted>,
): Attention {
  const said = new Map<RequestId, { state: AttentionState; at: number; answered: boolean }>();

  async function says(requestId: RequestId, state: AttentionState, at = clock.now()): Promise<Acted> {
    const one = { state, at, answered: false };
    if (state === "left") said.delete(requestId);
    else said.set(requestId, one);
    const acted = await attend(requestId, state);
    one.answered = true;
    if (acted.status === "refused" && said.get(requestId) === one) said.delete(requestId);
    return acted;
  }

  return {
    says,
    sayAgain() {
      for (const [requestId, { state, at, answered }] of [...said])
        if (clock.now() - at >= attentionMs) said.delete(requestId);
        // What was not answered yet comes again by itself, and nobody waits for what is said here.
        else if (answered) says(requestId, state, at).catch(() => {});
    },
  };
}
