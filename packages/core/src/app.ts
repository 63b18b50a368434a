import type {
  CandidatesProposed,
  Channel,
  ExecutionStatusChanged,
  FeedbackClosed,
  FeedbackRequested,
  ClientMessageOf as Message,
  Position,
  Principal,
  ProgressReported,
  RequestId,
  ServerMessageOf,
  Subscribe,
} from "@callboard/protocol";
import type { Caller } from "./access/principal.ts";
import { behind } from "./channel/behind.ts";
import { countViewers } from "./channel/count-viewers.ts";
import { type Connected, followAll, greet, unfollowAll } from "./channel/follow.ts";
import { createHeads } from "./channel/heads.ts";
import { resolveObject } from "./channel/items.ts";
import { type MarkPorts, markedOnce, markViewers } from "./channel/mark-viewers.ts";
import { countWaiting, look } from "./clock/look.ts";
import type { Ports } from "./ports/index.ts";
import { executionChanged } from "./progress/end-execution.ts";
import type { Envelope } from "./progress/envelope.ts";
import { proposeCandidates } from "./progress/propose-candidates.ts";
import { report } from "./progress/report.ts";
import type { Acting } from "./request/acting.ts";
import { extend, reassign } from "./request/amend-request.ts";
import { announce, announceAttention } from "./request/announce.ts";
import { ask } from "./request/ask.ts";
import { type Acted, attend } from "./request/attend.ts";
import { due } from "./request/due-request.ts";
import { erasePerson } from "./request/erase-person.ts";
import { listRequests, viewRequest } from "./request/look-up.ts";
import { readLedger } from "./request/read-ledger.ts";
import { deliver, type RelayPorts } from "./request/relay.ts";
import { reply } from "./request/reply.ts";
import { closeFeedback } from "./request/withdraw.ts";

/** What is due: all that the clock does. */
export const createClock = (ports: Pick<Ports, "dues" | "bus" | "clock">) => ({
  clock: { look: () => look(ports), countWaiting: () => countWaiting(ports) },
});

/** Viewers that a transport found to be gone: all that the domain does about a delivery that goes on elsewhere. */
export const createViewers = (ports: MarkPorts) => {
  const marking = { ...ports, audiences: markedOnce(ports.audiences, ports.clock) };
  return { changed: (channel: Channel) => markViewers(marking, channel) };
};

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
        for (const channel of await ports.push.leave(connectionId)) await markViewers(ports, channel);
        await ports.connections.close(connectionId);
      },
    },
    channels: {
      /** Who a new connection speaks for and until when, and the channels that it follows from the beginning. */
      hello: (connected: Connected, channels: ReadonlyMap<Channel, Subscribe>) =>
        greet(ports, connected, channels),
      subscribe: (connected: Connected, channels: ReadonlyMap<Channel, Subscribe>) =>
        followAll(ports, connected, channels),
      unsubscribe: (connected: Connected, channels: ReadonlyMap<Channel, number>) =>
        unfollowAll(ports, connected, channels),
      behind: ({ caller }: Connected, positions: ReadonlyMap<Channel, Position>) =>
        behind(ports, caller, positions),
      resolve: ({ caller }: Connected, channel: Channel, key: string) =>
        resolveObject(ports, caller, channel, key),
      countViewers: (channel: Channel) => countViewers(ports, channel),
    },
    feedback: {
      /** Every wish about a request that comes over a connection. */
      reply: (connected: Connected, message: Message<"reply">) =>
        reply(ports, overSocket(connected), message),
      attend: async (connected: Connected, message: Message<"attend">) =>
        acted(message, await attend(ports, overSocket(connected), message)),
      extend: async (connected: Connected, message: Message<"extend">) =>
        acted(message, await extend(ports, overSocket(connected), message)),
      reassign: async (connected: Connected, message: Message<"reassign">) =>
        acted(message, await reassign(ports, overSocket(connected), message)),
      /** The same for whoever has no connection. */
      replyBy: (acting: Acting, message: Message<"reply">) => reply(ports, acting, message),
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

const overSocket = ({ caller, connectionId }: Connected): Acting => ({
  caller,
  origin: { way: "socket", device: connectionId },
});

/** The answer to a wish about a request. */
function acted(message: Message<"attend" | "extend" | "reassign">, result: Acted): ServerMessageOf<"acted"> {
  const about = {
    type: "acted",
    re: message.id,
    requestId: message.requestId,
    action: message.type,
  } as const;
  if (result.decision !== "refuse") return { ...about, status: "accepted" };
  const { code, details } = result;
  return { ...about, status: "refused", code, ...(details ? { details } : {}) };
}

export type App = ReturnType<typeof createApp>;
