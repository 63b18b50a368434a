import type {
  AttentionState,
  CandidatesProposed,
  ChangeSettings,
  Channel,
  ExecutionStatusChanged,
  FactsSet,
  FeedbackClosed,
  FeedbackRequested,
  PauseReason,
  PluginComplete,
  PluginRequested,
  Position,
  Principal,
  ProgressReported,
  ReplyBody,
  RequestId,
  Subject,
  Subscribe,
} from "@callboard/protocol";
import type { Caller } from "./access/principal.ts";
import { behind } from "./channel/behind.ts";
import { countViewers } from "./channel/count-viewers.ts";
import { type Connected, followAll, greet, unfollowAll } from "./channel/follow.ts";
import { resolveObject } from "./channel/items.ts";
import { type MarkPorts, markViewers, pacedMarks } from "./channel/mark-viewers.ts";
import { createRecentHeads } from "./channel/recent-heads.ts";
import { countWaiting, pollDue } from "./clock/poll.ts";
import { wake } from "./clock/wake.ts";
import { type WakeningPorts, wakenedAudiences, wakenedRequests } from "./clock/wakened.ts";
import type { Envelope } from "./execution.ts";
import { addressClaimed } from "./notify/address-claimed.ts";
import { type NoticePorts, noticeDue } from "./notify/notice-due.ts";
import { pause } from "./notify/pause.ts";
import {
  type DeadLetterPorts,
  dropDeadLetter,
  listDeadLetters,
  resendDeadLetters,
} from "./ops/dead-letters.ts";
import { type ConnectionPorts, countConnections, listOverview } from "./ops/overview.ts";
import type { AudienceStore, PendingStore, Ports, Wakeup } from "./ports/index.ts";
import { executionChanged } from "./progress/execution-changed.ts";
import { setFacts } from "./progress/facts.ts";
import { type PairEvent, pair } from "./progress/pair.ts";
import { proposeCandidates, report } from "./progress/report.ts";
import { notePerson } from "./reach/note.ts";
import { changeOwnSettings, confirmOwnAddress, readSettings, turnOffByToken } from "./reach/set-reach.ts";
import { type Acting, attend, endAttention, extend, reassign, reply } from "./request/act.ts";
import { announce, announceAttention } from "./request/announce.ts";
import { ask } from "./request/ask.ts";
import { replyByToken, viewByToken } from "./request/door-answer.ts";
import { erasePerson } from "./request/erase.ts";
import { findPeople, type PeopleSearch } from "./request/find-people.ts";
import { listRequests, readLedger, viewRequest } from "./request/look-up.ts";
import { type HistoryPart, readHistory, viewHistory } from "./request/read-history.ts";
import { deliver, due, type RelayPorts } from "./request/relay.ts";
import { completeTurn, type TurnPorts, takeTurn, turnChanged } from "./request/turn.ts";
import { closeFeedback } from "./request/withdraw.ts";

/**
 * The clock's use cases: everything that happens when it is due. A wake-up message that arrives before its row is sent
 * once more after `onceMoreAfterMs`, the longest time for which a process may live.
 */
export const createClock = (
  ports: Pick<Ports, "dues" | "bus" | "wakeups" | "clock" | "log">,
  onceMoreAfterMs?: number,
) => ({
  clock: {
    pollDue: () => pollDue(ports),
    wake: (wakeups: readonly Wakeup[]) => wake(ports, wakeups, onceMoreAfterMs),
    countWaiting: () => countWaiting(ports),
  },
});

/** The clock's use cases, which no other function has. */
export type ClockApp = ReturnType<typeof createClock>;

/** Handles viewers that a transport found to be gone, where a delivery continues in another process. */
export function createViewers(
  given: WakeningPorts & { readonly audiences: Pick<AudienceStore, "mark" | "dueAt"> },
) {
  const ports: MarkPorts = { ...given, audiences: wakenedAudiences(given, given.audiences) };
  return { changed: (channel: Channel) => markViewers(ports, channel) };
}

/** The use cases that need task tokens, for the `relay` function. */
export function createRelay(given: RelayPorts & WakeningPorts) {
  const ports: RelayPorts = { ...given, requests: wakenedRequests(given, given.requests) };
  return {
    relay: {
      deliver: (id: RequestId) => deliver(ports, id),
      due: (id: RequestId) => due(ports, id),
    },
  };
}

/** The use cases of plugins' turns, for the `plugins` function. */
export function createPlugins(given: TurnPorts & WakeningPorts) {
  const ports: TurnPorts = { ...given, requests: wakenedRequests(given, given.requests) };
  return {
    turns: {
      take: (detail: PluginRequested, envelope: Envelope) => takeTurn(ports, detail, envelope),
      changed: (id: RequestId) => turnChanged(ports, id),
      complete: (detail: PluginComplete, source: string) => completeTurn(ports, detail, source),
    },
  };
}

/** Its use cases, which no other function has. */
export type PluginsApp = ReturnType<typeof createPlugins>;

/** Notifies people who are away about questions that wait for them; for the `notify` function. */
export const createNotify = (ports: NoticePorts) => ({
  notify: {
    noticeDue: (id: RequestId) => noticeDue(ports, id),
    addressClaimed: (key: string) => addressClaimed(ports, key),
    /** Stops mail to an address that bounces, or whose reader does not want it. */
    pauseMail: (key: string, address: string, reason: PauseReason) =>
      pause(ports, { key, door: "mail", reason, target: address }),
  },
});

/** Its use cases, which no other function has. */
export type NotifyApp = ReturnType<typeof createNotify>;

/**
 * What the use cases of one process share: its ports, with stores that send a wake-up for each row that will be due.
 */
const shared = (given: Ports) => ({
  ...given,
  requests: wakenedRequests(given, given.requests),
  audiences: pacedMarks(wakenedAudiences(given, given.audiences), given.clock),
  recentHeads: createRecentHeads(given),
});

type Shared = ReturnType<typeof shared>;

const connections = (ports: Shared) => ({
  /** `$connect`. Idempotent. */
  open: async ({ connectionId, caller }: Connected) => {
    const opening = ports.connections.open({
      id: connectionId,
      user: caller.id,
      openedAt: ports.clock.now(),
      expiresAt: caller.expiresAt,
    });
    await Promise.all([opening, notePerson(ports, caller)]);
  },
  /** `$disconnect`; `by` is who it was, if known. Best effort: rows that it misses expire. */
  close: async (connectionId: string, by = connectionId) => {
    const unfollow = async () => {
      const left = await ports.push.leave(connectionId);
      await Promise.all(left.map((channel) => markViewers(ports, channel, { by })));
    };
    await Promise.all([unfollow(), endAttention(ports, connectionId)]);
    await ports.connections.close(connectionId);
  },
});

const following = (ports: Shared) => ({
  /** Returns whose connection this is and until when, and subscribes it to the channels that it names. */
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
});

const counting = (ports: Shared) => ({
  countViewers: (channel: Channel) => countViewers(ports, channel),
});

const acting = (ports: Shared) => ({
  reply: (acting: Acting, id: RequestId, body: ReplyBody) => reply(ports, acting, id, body),
  attend: (connected: Connected, id: RequestId, state: AttentionState) => attend(ports, connected, id, state),
  extend: (acting: Acting, id: RequestId, deadline: number) => extend(ports, acting, id, deadline),
  reassign: (acting: Acting, id: RequestId, assignees: readonly Principal[]) =>
    reassign(ports, acting, id, assignees),
});

const viewing = (ports: Shared) => ({
  list: (caller: Caller) => listRequests(ports, caller),
  view: (caller: Caller, id: RequestId) => viewRequest(ports, caller, id),
});

const asking = (ports: Shared) => ({
  ask: (detail: FeedbackRequested, envelope: Envelope) => ask(ports, detail, envelope),
  close: (detail: FeedbackClosed, envelope: Envelope) => closeFeedback(ports, detail, envelope),
  announce: (id: RequestId, version: number) => announce(ports, id, version),
  announceAttention: (id: RequestId) => announceAttention(ports, id),
});

const viewingHistory = (ports: Shared) => ({
  view: (caller: Caller, subject: Subject, part: HistoryPart) => viewHistory(ports, caller, subject, part),
});

/** Use cases for operators of the deployment. */
const operating = (ports: Shared) => ({
  ledger: (execution: string) => readLedger(ports, execution),
  erase: (principal: Principal) => erasePerson(ports, principal),
});

const progressing = (ports: Shared) => ({
  report: (detail: ProgressReported, envelope: Envelope) => report(ports, detail, envelope),
  setFacts: (detail: FactsSet, envelope: Envelope) => setFacts(ports, detail, envelope),
  pair: (half: PairEvent, envelope: Envelope) => pair(ports, half, envelope),
  propose: (detail: CandidatesProposed, envelope: Envelope) => proposeCandidates(ports, detail, envelope),
  executionChanged: (detail: ExecutionStatusChanged) => executionChanged(ports, detail),
});

/** What connected people do: the use cases of the socket. */
export function createSocket(given: Ports) {
  const ports = shared(given);
  return { connections: connections(ports), channels: following(ports), feedback: acting(ports) };
}

const findingPeople = (ports: Shared) => ({
  /** Records who connected, so that others find them by name and they can be reached while they are away. */
  note: (caller: Caller) => notePerson(ports, caller),
  find: (caller: Caller, search: PeopleSearch) => findPeople(ports, caller, search),
});

/** Actions of people who were notified about a question by mail or webhook. */
const throughDoors = (ports: Shared) => ({
  turnOff: (token: string) => turnOffByToken(ports, token),
  view: (token: string) => viewByToken(ports, token),
  reply: (token: string, body: ReplyBody, lost: readonly string[]) => replyByToken(ports, token, body, lost),
});

const settings = (ports: Shared) => ({
  read: (caller: Caller) => readSettings(ports, caller),
  change: (caller: Caller, change: ChangeSettings) => changeOwnSettings(ports, caller, change),
  confirmAddress: (caller: Caller, code: string) => confirmOwnAddress(ports, caller, code),
});

/**
 * What people do about requests, and about how they are reached, without a connection: the use cases of the HTTP API.
 */
export function createRequests(given: Ports) {
  const ports = shared(given);
  return {
    feedback: { ...viewing(ports), ...acting(ports) },
    history: viewingHistory(ports),
    people: findingPeople(ports),
    doors: throughDoors(ports),
    settings: settings(ports),
  };
}

/** The use cases of events from the bus, for the `ingest` function. */
export function createIngest(given: Ports) {
  const ports = shared(given);
  return { channels: counting(ports), feedback: asking(ports), progress: progressing(ports) };
}

/**
 * Every use case of Callboard except the clock's. A deployed function creates only those that it needs, by one of the
 * functions above.
 */
export function createApp(given: Ports) {
  const ports = shared(given);
  return {
    connections: connections(ports),
    channels: { ...following(ports), ...counting(ports) },
    feedback: { ...acting(ports), ...viewing(ports), ...asking(ports), ...operating(ports) },
    history: {
      ...viewingHistory(ports),
      /** For operators of the deployment. */
      read: (subject: Subject, part: HistoryPart) => readHistory(ports, subject, part),
    },
    people: findingPeople(ports),
    doors: throughDoors(ports),
    settings: settings(ports),
    progress: progressing(ports),
    ...createRelay(given),
  };
}

/** Every use case except the clock's, grouped by topic. */
export type App = ReturnType<typeof createApp>;

/** The ports that the operators' use cases need. */
type OpsPorts = Pick<Ports, "clock"> & ConnectionPorts & DeadLetterPorts & { readonly pending: PendingStore };

/** What operators of a deployment can see, and do about dead letters. */
export const createOps = (ports: OpsPorts) => ({
  requests: () => listOverview(ports),
  connections: (channel: Channel) => countConnections(ports, channel),
  deadLetters: {
    list: () => listDeadLetters(ports),
    resend: (id?: string) => resendDeadLetters(ports, id),
    drop: (id: string) => dropDeadLetter(ports, id),
  },
});

/** The operators' use cases. */
export type Ops = ReturnType<typeof createOps>;
