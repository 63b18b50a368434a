import type {
  CandidatesProposed,
  Channel,
  ClientMessage,
  FactsSet,
  FeedbackClosed,
  FeedbackRequested,
  ProgressReported,
  RequestId,
  RequestState,
  ServerMessage,
  Subject,
} from "@callboard/protocol";
import type { ConnectOptions } from "../callboard.ts";

// What `@callboard/client/testing` promises; the code is bundled from `src/testing/fake`.

/** How a fake Callboard begins. */
export interface FakeCallboardOptions {
  /** Ids and jitter follow from it: the same seed and the same calls give the same frames. Default: 1. */
  readonly seed?: number;
  /** What time it is, in milliseconds since the Unix epoch. Default: the beginning of 2026. */
  readonly now?: number;
  /** Kinds of subjects whose `list:` channels there are. Default: none. */
  readonly lists?: readonly string[];
}

/** What somebody's token says, beside who they are. */
export interface FakeUser {
  /** How others read who answered. Default: the id. */
  readonly name?: string;
  /** Names of roles: `creator` makes the principal `role/creator`. Default: none. */
  readonly roles?: readonly string[];
  /** Such as `watch:*`, `work:order/*`, `answer:order/7`. Default: `["watch:*"]`. */
  readonly capabilities?: readonly string[];
  /** How long each token is good. Default: 3,600. */
  readonly expiresInSeconds?: number;
}

/** What `connect` takes so that it talks to the fake; more options may stand beside these. */
export type FakeConnectOptions = Required<
  Pick<ConnectOptions, "url" | "token" | "WebSocket" | "clock" | "random">
>;

type Filled<Event, Needed extends keyof Event> = Given<Pick<Event, Needed>> & Partial<Given<Event>>;
type Given<Event> = { readonly [Field in keyof Event]: Listed<Event[Field]> };
type Listed<Value> = Value extends readonly (infer One)[] ? readonly One[] : Value;

/** `Progress Reported`. `at` is now, and each subject has an execution of its own, unless they are given. */
export type FakeReport = Filled<ProgressReported, "subject" | "step" | "state">;

/** `Feedback Requested`. A question has a thread of its own, is of round 1 and has a task token, unless they are given. */
export type FakeAsk = Filled<FeedbackRequested, "subject" | "prompt" | "verbs" | "assignees">;

/** `Facts Set`, for owners alone unless `visibility` says otherwise. */
export type FakeFacts = Filled<FactsSet, "subject" | "facts">;

/** `Candidates Proposed`, in round 1 unless another is given. */
export type FakeProposal = Filled<CandidatesProposed, "subject" | "thread" | "candidates"> & {
  readonly execution?: string;
};

/** `Feedback Closed`. */
export type FakeWithdrawal = Filled<FeedbackClosed, "subject" | "thread" | "reason">;

/** An execution that ended without success, as Step Functions tells it. */
export interface FakeEnd {
  readonly subject: Subject;
  /** Default: `FAILED`. */
  readonly status?: "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly error?: string;
  readonly cause?: string;
  /** The execution's ARN. Default: the subject's own. */
  readonly execution?: string;
}

/** A question that a workflow has asked and waits for. */
export interface FakeQuestion {
  readonly requestId: RequestId;
  readonly subject: Subject;
  readonly thread: string;
  readonly round: number;
  /** Where it stands: `open`, `answered`, then `relayed` once the workflow has the answer, and so on. */
  readonly state: RequestState;
  /** What the workflow went on with: nothing, or one answer, however often it was sent. */
  readonly answers: readonly Readonly<Record<string, unknown>>[];
  /** The workflow waits no longer, as after a timeout: an answer that comes now is undeliverable. */
  stopWaiting(): void;
}

/** A frame on a connection, in the order in which they were sent. */
export interface FakeFrame {
  /** By the fake's clock, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Whose connection it is, such as `user/ana`. */
  readonly user: string;
  readonly from: "client" | "server";
  readonly message: ClientMessage | ServerMessage;
}

/**
 * Callboard without a network: the server's own code on memory. Its time stands still until `advance` moves it; what
 * needs no time happens by itself. It has no timers of its own and keeps nothing alive.
 */
export interface FakeCallboard {
  /** The time, in milliseconds since the Unix epoch. */
  readonly now: number;
  /** The latest frames of all connections, 1,000 at most, without their tokens. */
  readonly frames: readonly FakeFrame[];
  /** What `connect` takes to come as that user. Throws for what no token can say. */
  as(user: `user/${string}`, says?: FakeUser): FakeConnectOptions;
  /** A workflow reports progress. Resolves once everybody has heard; rejects for what the bus refuses, naming the field. */
  report(detail: FakeReport): Promise<void>;
  /** Facts about a subject are set, or taken away with the value null. */
  setFacts(detail: FakeFacts): Promise<void>;
  /** A workflow asks people, and waits. */
  ask(detail: FakeAsk): Promise<FakeQuestion>;
  /** A workflow proposes candidates to a thread. */
  propose(detail: FakeProposal): Promise<void>;
  /** A workflow takes the question of a thread back. */
  withdraw(detail: FakeWithdrawal): Promise<void>;
  /** An execution ends without success; one that succeeds reports the step `execution` as `succeeded`. */
  end(detail: FakeEnd): Promise<void>;
  /** What a channel holds, by key. */
  values(channel: Channel): Promise<Readonly<Record<string, unknown>>>;
  /** Resolves once nothing happens any more but by time: await it in place of sleeping. */
  settled(): Promise<void>;
  /** Moves time on, by 31 days at most: deadlines, reminders, heartbeats and renewals happen meanwhile, each at its time. A day takes a second or two. */
  advance(ms: number): Promise<void>;
  /** Every connection breaks, and none opens, until `reconnect`. */
  disconnect(): void;
  /** Connections open again: a client comes when its wait is over, or at its next attempt. */
  reconnect(): void;
  /** Nothing arrives any more on the connections there are, and no end is told, as when a network just goes. */
  silence(): void;
  /** The next frames to clients are lost without a trace, so many of them. */
  drop(frames: number): void;
  /** From now on each frame takes so long, in milliseconds. Default: no time. */
  delay(ms: number): void;
  /** From now on every token is refused when a connection opens, or no longer. Those that are open stay. */
  refuseTokens(isRefused?: boolean): void;
}

/** Makes a fake Callboard; each is a world of its own. */
export declare function fakeCallboard(options?: FakeCallboardOptions): FakeCallboard;
