import type {
  AttentionState,
  CandidatesProposed,
  Channel,
  ExecutionStatusChanged,
  FanOutPage,
  FeedbackClosed,
  FeedbackRequested,
  ClientMessageOf as Message,
  Principal,
  ProgressReported,
  ReplyBody,
  RequestId,
} from "@callboard/protocol";
import type { Caller } from "./access/principal.ts";
import { countAudience, markedOnce, watchAudience } from "./channel/audience.ts";
import { type FanOutPorts, fanOut } from "./channel/fan-out.ts";
import type { Connected } from "./channel/follow.ts";
import { createHeads } from "./channel/heads.ts";
import * as messages from "./channel/messages.ts";
import type { Envelope } from "./execution.ts";
import {
  type DeadLetterPorts,
  dropDeadLetter,
  listDeadLetters,
  resendDeadLetters,
} from "./ops/dead-letters.ts";
import { countConnections, lookOverRequests } from "./ops/overview.ts";
import { countWaiting, pollDue } from "./poll-due.ts";
import type { PendingStore, Ports } from "./ports/index.ts";
import { executionChanged } from "./progress/execution-changed.ts";
import { proposeCandidates, report } from "./progress/report.ts";
import { type Acting, attend, extend, reassign, reply } from "./request/act.ts";
import { announce, announceAttention } from "./request/announce.ts";
import { ask } from "./request/ask.ts";
import { erasePerson } from "./request/erase.ts";
import { listRequests, readLedger, viewRequest } from "./request/look-up.ts";
import { deliver, due, type RelayPorts } from "./request/relay.ts";
import { closeFeedback } from "./request/withdraw.ts";

/** What is due: all that the clock does. */
export const createClock = (ports: Pick<Ports, "dues" | "bus" | "clock">) => ({
  clock: { pollDue: () => pollDue(ports), countWaiting: () => countWaiting(ports) },
});

/** A page of a large audience: all that `fanout` does. */
export const createFanOut = (ports: FanOutPorts) => ({
  channels: {
    fanOut: (page: FanOutPage) =>
      fanOut({ ...ports, audiences: markedOnce(ports.audiences, ports.clock) }, page),
  },
});

/** What concerns task tokens: all that the relay does. */
export const createRelay = (ports: RelayPorts) => ({
  relay: {
    deliver: (id: RequestId) => deliver(ports, id),
    due: (id: RequestId) => due(ports, id),
  },
});

/** Every use case of Callboard, on the ports given. A function calls those it may. */
export function createApp(given: Ports) {
  const ports = { ...given, audiences: markedOnce(given.audiences, given.clock), heads: createHeads(given) };
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
        const left = await ports.subscriptions.removeAll(connectionId);
        for (const channel of left) await watchAudience(ports, channel);
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
      countAudience: (channel: Channel) => countAudience(ports, channel),
      fanOut: (page: FanOutPage) => fanOut(ports, page),
      resolve: (connected: Connected, message: Message<"resolve">) =>
        messages.resolve(ports, connected, message),
    },
    feedback: {
      reply: (acting: Acting, id: RequestId, body: ReplyBody) => reply(ports, acting, id, body),
      attend: (acting: Acting, id: RequestId, state: AttentionState) => attend(ports, acting, id, state),
      extend: (acting: Acting, id: RequestId, deadline: number) => extend(ports, acting, id, deadline),
      reassign: (acting: Acting, id: RequestId, assignees: readonly Principal[]) =>
        reassign(ports, acting, id, assignees),
      list: (caller: Caller) => listRequests(ports, caller),
      view: (caller: Caller, id: RequestId) => viewRequest(ports, caller, id),
      ask: (detail: FeedbackRequested, envelope: Envelope) => ask(ports, detail, envelope),
      close: (detail: FeedbackClosed, envelope: Envelope) => closeFeedback(ports, detail, envelope),
      announce: (id: RequestId, version: number) => announce(ports, id, version),
      announceAttention: (id: RequestId) => announceAttention(ports, id),
      /** For whoever runs the deployment. */
      ledger: (execution: string) => readLedger(ports, execution),
      erase: (principal: Principal) => erasePerson(ports, principal),
    },
    progress: {
      report: (detail: ProgressReported, envelope: Envelope) => report(ports, detail, envelope),
      propose: (detail: CandidatesProposed, envelope: Envelope) => proposeCandidates(ports, detail, envelope),
      executionChanged: (detail: ExecutionStatusChanged) => executionChanged(ports, detail),
    },
    ...createRelay(ports),
    ...createClock(ports),
  };
}

/** Every use case, by what it is about. */
export type App = ReturnType<typeof createApp>;

/** What the operators' use cases stand on. */
type OpsPorts = Pick<Ports, "channels" | "subscriptions" | "clock"> &
  DeadLetterPorts & { readonly pending: PendingStore };

/** What whoever runs a deployment looks at, and may do about dead letters. */
export const createOps = (ports: OpsPorts) => ({
  requests: () => lookOverRequests(ports),
  connections: (channel: Channel) => countConnections(ports, channel),
  deadLetters: {
    list: () => listDeadLetters(ports),
    resend: (id?: string) => resendDeadLetters(ports, id),
    drop: (id: string) => dropDeadLetter(ports, id),
  },
});

/** The operators' use cases. */
export type Ops = ReturnType<typeof createOps>;
