import type { PairEvent } from "@callboard/core";
import type {
  BusEvent,
  CandidatesProposed,
  ExecutionStatusChanged,
  FactsSet,
  FeedbackClosed,
  FeedbackRequested,
  InnerEvent,
  ProgressReported,
} from "@callboard/protocol";

/** A function that takes events of the bus. */
export type BusFunction = "ingest" | "fanout" | "relay" | "notify" | "plugins";

/** A rule of EventBridge with its one target. */
export interface BusRule {
  /** Callboard's own bus, or the account's default one, where AWS puts its events. */
  readonly bus: "callboard" | "default";
  readonly name: string;
  /**
   * The rule is made only where there are state machines to be told of, ServerlessVideo's events are taken, SES sends, or
   * plugins are asked.
   */
  readonly only?: "state-machines" | "serverless-video" | "mail" | "plugins";
  readonly pattern: object;
  readonly target: BusFunction;
  /** What is left of the event, in the words of `PutTargets`. */
  readonly inputTransformer?: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

interface Said<Type extends string, Detail> {
  readonly type: Type;
  readonly detail: Detail;
  /** Fields of the event that Callboard does not know, as far as they are counted. */
  readonly unknown?: number;
}

/** What an event tells Callboard, in its own words. */
export type Told =
  | Said<"Progress Reported", ProgressReported>
  | Said<"Facts Set", FactsSet>
  | Said<"Candidates Proposed", CandidatesProposed>
  | Said<"Feedback Requested", FeedbackRequested>
  | Said<"Feedback Closed", FeedbackClosed>
  | Said<"Pair Told", PairEvent>
  | Said<"Execution Status Changed", ExecutionStatusChanged>
  | Said<"Request Changed", InnerEvent<"Request Changed">>
  | Said<"Attention Changed", InnerEvent<"Attention Changed">>
  | Said<"Audience Due", InnerEvent<"Audience Due">>;

/** The state machines whose executions Callboard is told of: by their ARNs, or whichever there are. */
export type Watched = readonly string[] | "all";

/** Somebody who puts events that Callboard takes in: its bus and rules, and what its events mean. */
export interface Producer {
  readonly bus: BusRule["bus"];
  /** The rules that bring its events; to `ingest` unless they say otherwise. */
  rules(watched: Watched): readonly (Omit<BusRule, "bus" | "target"> & Partial<BusRule>)[];
  /** Tells, by source and type, whether an event is this producer's. */
  matches(event: BusEvent): boolean;
  /** Under which name its event's source is held to its subjects, where several are one publisher. */
  publisherOf?(event: BusEvent): string;
  /** What its event tells, which may be nothing. Throws `BadEvent` for what does not fit. */
  translate(event: BusEvent): readonly Told[];
}
