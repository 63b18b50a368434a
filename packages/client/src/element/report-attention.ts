import type { RequestId } from "@callboard/protocol";
import type { Callboard } from "../callboard.ts";
import { createAttentionReporter } from "../headless/attention-reporter.ts";
import { watchPresence } from "../headless/presence.ts";

const clock = {
  now: () => performance.now(),
  after(ms: number, then: () => void) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Lets the others see what the person before the page does about a question, which stands in `element`, until `stop`.
 * Whoever was refused may be among those asked later: `askedAre` says who these are now.
 */
export function reportAttention(client: Callboard, requestId: RequestId, element: Element) {
  let presence: Parameters<typeof reporter.is>[0];
  let asked = "";
  let refused: string | undefined;
  const reporter = createAttentionReporter(clock, (state) => {
    const about = asked;
    client.attend(requestId, state).then(
      ({ status }) => {
        if (status !== "refused") return;
        refused = about;
        tell();
        reporter.unheard();
      },
      // Nobody answered: it is said again when it is due.
      () => {},
    );
  });
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
