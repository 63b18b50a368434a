import type { RequestId } from "@callboard/protocol";
import type { Callboard } from "./callboard.ts";
import { type AttentionReporter, createAttentionReporter } from "./headless/attention-reporter.ts";

export { watchPresence } from "./headless/presence.ts";

// A chunk of its own for hooks: a page draws a question before anybody has to hear of it. The element is one file.

/**
 * Says to the server what is so about a question. `asking` tells whom it is put to; `refused` hears for which of these
 * nobody may be told.
 */
export function sayAttention(
  client: Callboard,
  requestId: RequestId,
  asking: () => string,
  refused: (asking: string) => void,
): AttentionReporter {
  const clock = { now: () => globalThis.performance?.now() ?? client.now(), after };
  const reporter = createAttentionReporter(clock, (state) => {
    const about = asking();
    client.attend(requestId, state).then(
      ({ status }) => {
        if (status !== "refused") return;
        refused(about);
        if (about === asking()) reporter.is(undefined);
        reporter.unheard();
      },
      // Nobody answered: it is said again when it is due.
      () => {},
    );
  });
  return reporter;
}

function after(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}
