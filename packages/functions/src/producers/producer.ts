import type {
  BusEvent,
  CandidatesProposed,
  Channel,
  ExecutionStatusChanged,
  FeedbackClosed,
  FeedbackRequested,
  ProgressReported,
  RequestId,
} from "@callboard/protocol";
import type { FunctionName } from "../environment.ts";

/** A rule of EventBridge with its one target. */
export interface BusRule {
  /** Callboard's own bus, or the account's default one, where AWS puts its events. */
  readonly bus: "callboard" | "default";
  readonly name: string;
  readonly pattern: object;
  readonly target: FunctionName;
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
  | Said<"Candidates Proposed", CandidatesProposed>
  | Said<"Feedback Requested", FeedbackRequested>
  | Said<"Feedback Closed", FeedbackClosed>
  | Said<"Execution Status Changed", ExecutionStatusChanged>
  | Said<"Request Changed", { readonly requestId: RequestId; readonly version: number }>
  | Said<"Attention Changed", { readonly requestId: RequestId }>
  | Said<"Audience Due", { readonly channel: Channel }>;

/** Somebody who puts events that Callboard takes in: its bus and rules, and what its events mean. */
export interface Producer {
  readonly bus: BusRule["bus"];
  /** The rules that bring its events; to `ingest` unless they say otherwise. */
  rules(stateMachineArns: readonly string[]): readonly (Omit<BusRule, "bus" | "target"> & Partial<BusRule>)[];
  /** Tells, by source and type, whether an event is this producer's. */
  matches(event: BusEvent): boolean;
  /** What its event tells; undefined: nothing that is taken in. Throws `BadEvent` for what does not fit. */
  translate(event: BusEvent): Told | undefined;
  /** Anybody may be it: the deployment says which source may speak of which subjects. */
  readonly anybody?: true;
}
