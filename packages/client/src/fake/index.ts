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

// The public types of `@callboard/client/testing`; the code is bundled from `src/testing/fake`.

/** The initial state of a fake Callboard. */
export interface FakeCallboardOptions {
  /** The seed of ids and jitter: the same seed and the same calls give the same frames. Default: 1. */
  readonly seed?: number;
  /** The time at the start, in milliseconds since the Unix epoch. Default: the beginning of 2026. */
  readonly now?: number;
  /** Kinds of subjects that have `list:` channels. Default: none. */
  readonly lists?: readonly string[];
}

/** The claims of a user's token, except the user id. */
export interface FakeUser {
  /** The name that others see for this user. Default: the id. */
  readonly name?: string;
  /** Names of roles: `creator` makes the principal `role/creator`. Default: none. */
  readonly roles?: readonly string[];
  /** Such as `watch:*`, `work:order/*`, `answer:order/7`. Default: `["watch:*"]`. */
  readonly capabilities?: readonly string[];
  /** How long each token is valid. Default: 3,600. */
  readonly expiresInSeconds?: number;
}

/** The options for `connect` that make it talk to the fake; you can add more options. */
export type FakeConnectOptions = Required<
  Pick<ConnectOptions, "url" | "token" | "WebSocket" | "clock" | "random">
>;

type Filled<Event, Needed extends keyof Event> = Given<Pick<Event, Needed>> & Partial<Given<Event>>;
type Given<Event> = { readonly [Field in keyof Event]: Listed<Event[Field]> };
type Listed<Value> = Value extends readonly (infer One)[] ? readonly One[] : Value;

/** `Progress Reported`. By default `at` is now, and each subject has an execution of its own. */
export type FakeReport = Filled<ProgressReported, "subject" | "step" | "state">;

/** `Feedback Requested`. By default a question has a thread and a task token of its own and is in round 1. */
export type FakeAsk = Filled<FeedbackRequested, "subject" | "prompt" | "verbs" | "assignees">;

/** `Facts Set`; only owners see the facts unless `visibility` says otherwise. */
export type FakeFacts = Filled<FactsSet, "subject" | "facts">;

/** `Candidates Proposed`; in round 1 by default. */
export type FakeProposal = Filled<CandidatesProposed, "subject" | "thread" | "candidates"> & {
  readonly execution?: string;
};

/** `Feedback Closed`. */
export type FakeWithdrawal = Filled<FeedbackClosed, "subject" | "thread" | "reason">;

/** An execution that ended without success, as Step Functions reports it. */
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
  /** Its state: `open`, `answered`, then `relayed` once the workflow has the answer, and so on. */
  readonly state: RequestState;
  /** What the workflow resumed with: nothing, or one answer, however often it was sent. */
  readonly answers: readonly Readonly<Record<string, unknown>>[];
  /** The workflow stops waiting, as after a timeout: an answer that comes now is undeliverable. */
  stopWaiting(): void;
}

/** A frame on a connection, in the order in which they were sent. */
export interface FakeFrame {
  /** By the fake's clock, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The user of the connection, such as `user/ana`. */
  readonly user: string;
  readonly from: "client" | "server";
  readonly message: ClientMessage | ServerMessage;
}

/**
 * Callboard without a network: the server's own code on stores in memory. Its time changes only with
 * `advance`; what takes no time happens by itself. It has no timers of its own and does not keep the process
 * alive.
 */
export interface FakeCallboard {
  /** The time, in milliseconds since the Unix epoch. */
  readonly now: number;
  /** The latest frames of all connections, 1,000 at most, without their tokens. */
  readonly frames: readonly FakeFrame[];
  /** The options for `connect` to connect as that user. Throws for claims that a token cannot hold. */
  as(user: `user/${string}`, says?: FakeUser): FakeConnectOptions;
  /**
   * A workflow reports progress. Resolves once all clients have it; rejects for what the bus refuses, naming
   * the field.
   */
  report(detail: FakeReport): Promise<void>;
  /** Sets facts about a subject, or removes those with the value null. */
  setFacts(detail: FakeFacts): Promise<void>;
  /** A workflow asks people a question, and waits. */
  ask(detail: FakeAsk): Promise<FakeQuestion>;
  /** A workflow proposes candidates to a thread. */
  propose(detail: FakeProposal): Promise<void>;
  /** A workflow withdraws the question of a thread. */
  withdraw(detail: FakeWithdrawal): Promise<void>;
  /** An execution ends without success; one that succeeds reports the step `execution` as `succeeded`. */
  end(detail: FakeEnd): Promise<void>;
  /** What a channel holds, by key. */
  values(channel: Channel): Promise<Readonly<Record<string, unknown>>>;
  /** Resolves once nothing more happens without time passing: await it instead of sleeping. */
  settled(): Promise<void>;
  /**
   * Moves time on, by 31 days at most: deadlines, reminders, heartbeats and renewals happen in between, each
   * at its time. A day takes a second or two.
   */
  advance(ms: number): Promise<void>;
  /** Every connection breaks, and none can be opened until `reconnect`. */
  disconnect(): void;
  /** Connections can be opened again: a client comes back after its wait, or at its next attempt. */
  reconnect(): void;
  /**
   * Nothing arrives any more on existing connections, and neither end sees a close, as when a network fails.
   */
  silence(): void;
  /** Loses the next frames to clients without a trace, as many as `frames` says. */
  drop(frames: number): void;
  /** From now on each frame takes this long, in milliseconds. Default: no time. */
  delay(ms: number): void;
  /**
   * From now on every token is refused when a connection opens (`false` ends this). Open connections stay.
   */
  refuseTokens(isRefused?: boolean): void;
}

/** Makes a fake Callboard, independent of all others. */
export declare function fakeCallboard(options?: FakeCallboardOptions): FakeCallboard;
