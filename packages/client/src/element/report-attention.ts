import type { RequestId } from "@callboard/protocol";
import type { Callboard } from "../callboard.ts";
import { sayAttention, watchPresence } from "../say-attention.ts";

/**
 * Shows the others what this user does about a question, drawn in `element`, until `stop`. `askedAre` reports
 * the current assignees: a user who was refused may be among those added later.
 */
export function reportAttention(client: Callboard, requestId: RequestId, element: Element) {
  let presence: Parameters<typeof reporter.is>[0];
  let asked = "";
  let refused: string | undefined;
  const reporter = sayAttention(
    client,
    requestId,
    () => asked,
    (asking) => {
      refused = asking;
    },
  );
  function update(): void {
    reporter.is(client.state.state === "connected" && refused !== asked ? presence : undefined);
  }
  const unfollow = client.onState(update);
  const unwatch = watchPresence(element, (state) => {
    presence = state;
    update();
  });
  globalThis.addEventListener("pagehide", reporter.leave);
  return {
    askedAre(now: readonly string[]): void {
      asked = now.join();
      update();
    },
    stop(): void {
      unfollow();
      unwatch();
      globalThis.removeEventListener("pagehide", reporter.leave);
      reporter.leave();
    },
  };
}
