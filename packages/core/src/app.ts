import type { Connected } from "./channel/follow.ts";
import * as messages from "./channel/messages.ts";
import { look } from "./clock/look.ts";
import { announce } from "./feedback/announce.ts";
import { ask } from "./feedback/ask.ts";
import { deliver, due } from "./feedback/relay.ts";
import { reply } from "./feedback/reply.ts";
import { closeFeedback } from "./feedback/withdraw.ts";
import type { Ports } from "./ports.ts";
import { executionChanged } from "./progress/end-execution.ts";
import type { Envelope } from "./progress/envelope.ts";
import { proposeCandidates } from "./progress/propose-candidates.ts";
import { report } from "./progress/report.ts";
import type {
  CandidatesProposed,
  ExecutionStatusChanged,
  FeedbackClosed,
  FeedbackRequested,
  ClientMessageOf as Message,
  ProgressReported,
  RequestId,
} from "./protocol/index.ts";

/** Every use case of Callboard, on the ports given. A function calls those it may. */
export function createApp(ports: Ports) {
  return {
    connections: {
      /** `$connect`. Idempotent. */
      open: ({ connectionId, caller }: Connected) =>
        ports.connections.open({
          id: connectionId,
          user: caller.id,
          openedAt: ports.clock.now(),
          expiresAt: caller.expiresAt,
        }),
      /** `$disconnect`, which is best effort: whatever it misses expires. */
      close: async (connectionId: string) => {
        await ports.subscriptions.removeAll(connectionId);
        await ports.connections.close(connectionId);
      },
    },
    channels: {
      hello: (connected: Connected, message: Message<"hello">) => messages.hello(ports, connected, message),
      subscribe: (connected: Connected, message: Message<"subscribe">) =>
        messages.subscribe(ports, connected, message),
      unsubscribe: (connected: Connected, message: Message<"unsubscribe">) =>
        messages.unsubscribe(ports, connected, message),
      behind: (connected: Connected, message: Message<"ping">) => messages.behind(ports, connected, message),
      resolve: (connected: Connected, message: Message<"resolve">) =>
        messages.resolve(ports, connected, message),
    },
    feedback: {
      reply: (connected: Connected, message: Message<"reply">) => reply(ports, connected, message),
      ask: (detail: FeedbackRequested, envelope: Envelope) => ask(ports, detail, envelope),
      close: (detail: FeedbackClosed, envelope: Envelope) => closeFeedback(ports, detail, envelope),
      announce: (id: RequestId) => announce(ports, id),
    },
    progress: {
      report: (detail: ProgressReported, envelope: Envelope) => report(ports, detail, envelope),
      propose: (detail: CandidatesProposed, envelope: Envelope) => proposeCandidates(ports, detail, envelope),
      executionChanged: (detail: ExecutionStatusChanged) => executionChanged(ports, detail),
    },
    relay: {
      deliver: (id: RequestId) => deliver(ports, id),
      due: (id: RequestId) => due(ports, id),
    },
    clock: { look: () => look(ports) },
  };
}

export type App = ReturnType<typeof createApp>;
