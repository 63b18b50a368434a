import type { RequestId } from "@callboard/protocol";
import type { Callboard } from "../callboard.ts";
import { sayAttention, watchPresence } from "../say-attention.ts";

/**
 * Lets the others see what the person before the page does about a question, which stands in `element`, until `stop`.
 * Whoever was refused may be among those asked later: `askedAre` says who these are now.
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
  function tell(): void {
    reporter.is(client.state.state === "connected" && refused !== asked ? presence : undefined);
  }
  const unfollow = client.onState(tell);
  const unwatch = watchPresence(element, (state) => {
    presence = state;
    tell();
  });
  globalThis.addEventListener("pagehide", reporter.leave);
  return {
    askedAre(now: readonly string[]): void {
      asked = now.join();
      tell();
    },
    stop(): void {
      unfollow();
      unwatch();
      globalThis.removeEventListener("pagehide", reporter.leave);
      reporter.leave();
    },
  };
}
