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

/** An EventBridge rule with its one target. */
export interface BusRule {
  /** Callboard's own bus, or the account's default one, where AWS puts its events. */
  readonly bus: "callboard" | "default";
  readonly name: string;
  /**
   * The rule exists only where its reason does: followed state machines, ServerlessVideo's events, SES as mailer, or
   * plugins.
   */
  readonly only?: "state-machines" | "serverless-video" | "mail" | "plugins";
  readonly pattern: object;
  readonly target: BusFunction;
  /** The part of the event that the target gets, as in `PutTargets`. */
  readonly inputTransformer?: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

interface TypedMeaning<Type extends string, Detail> {
  readonly type: Type;
  readonly detail: Detail;
  /** Number of fields that Callboard does not know, as far as they are counted. */
  readonly unknown?: number;
}

/** What an event means to Callboard. */
export type Meaning =
  | TypedMeaning<"Progress Reported", ProgressReported>
  | TypedMeaning<"Facts Set", FactsSet>
  | TypedMeaning<"Candidates Proposed", CandidatesProposed>
  | TypedMeaning<"Feedback Requested", FeedbackRequested>
  | TypedMeaning<"Feedback Closed", FeedbackClosed>
  | TypedMeaning<"Pair Told", PairEvent>
  | TypedMeaning<"Execution Status Changed", ExecutionStatusChanged>
  | TypedMeaning<"Request Changed", InnerEvent<"Request Changed">>
  | TypedMeaning<"Attention Changed", InnerEvent<"Attention Changed">>
  | TypedMeaning<"Audience Due", InnerEvent<"Audience Due">>;

/** The state machines whose executions Callboard follows: by their ARNs, or all that exist. */
export type Watched = readonly string[] | "all";

/** A source of events that Callboard takes in: its bus and rules, and what its events mean. */
export interface Producer {
  readonly bus: BusRule["bus"];
  /** The rules that bring its events; their target is `ingest` by default. */
  rules(watched: Watched): readonly (Omit<BusRule, "bus" | "target"> & Partial<BusRule>)[];
  /** Decides by source and type whether an event is from this producer. */
  matches(event: BusEvent): boolean;
  /** The publisher's name for the check of subjects, where several sources are one publisher. */
  publisherOf?(event: BusEvent): string;
  /** What its event means; an empty list is possible. Throws `BadEvent` if it does not fit. */
  translate(event: BusEvent): readonly Meaning[];
}
