import type { RequestId } from "@callboard/protocol";
import type { Callboard } from "./callboard.ts";
import { type AttentionReporter, createAttentionReporter } from "./headless/attention-reporter.ts";

export { watchPresence } from "./headless/presence.ts";

// A separate chunk for hooks: a page draws a question before it needs this. The element is a single file.

/**
 * Reports to the server what the user does about a question. `asking` returns its assignees; `refused` is
 * called with the assignees for whom the server refused it.
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
      // There was no answer: it is repeated at the usual time.
      () => {},
    );
  });
  return reporter;
}

function after(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}
