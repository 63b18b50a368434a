import type { Json } from "./asl.ts";
import type { HistoryEvent } from "./history.ts";

/** The fixed data of an execution; it keeps its definition, whatever happens to its machine. */
export interface ExecutionStart {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  /** The definition's text at the start. */
  readonly definition: string;
  readonly machineUpdatedAt: number;
  /** The input's text, as it was given. */
  readonly input: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Data of an event that replay needs and AWS's history does not contain. */
export interface Memo {
  /** TaskScheduled: the token for SendTaskSuccess; the wait's limits, in milliseconds. */
  readonly token?: string;
  readonly deadline?: number;
  readonly heartbeatMs?: number;
  /** TaskTimedOut: because of a missing heartbeat. */
  readonly heartbeatMissed?: boolean;
  /** StateExited: the next state; none at the end of a flow. */
  readonly next?: string;
  /** ParallelStateStarted, MapIterationStarted: the children's, the child's input. */
  readonly input?: Json;
  /** MapStateStarted: what it iterates over. */
  readonly items?: readonly Json[];
  /** MapStateSucceeded: its result, if it differs from the children's results. */
  readonly result?: Json;
  /** MapStateFailed, ParallelStateFailed, MapIterationFailed: the failure. */
  readonly failure?: Failure;
  /** ExecutionRedriven: the client token, which identifies a repeated request. */
  readonly clientToken?: string;
}

/** Why a state failed. */
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
  /** A wait that missed its heartbeat fails as States.Timeout, and States.HeartbeatTimeout matches it too. */
  readonly heartbeatMissed?: boolean;
}

/** A record of an execution. Its whole state is folded from these, by `evolve`. */
export type ExecutionRecord =
  | { readonly kind: "start"; readonly start: ExecutionStart }
  | { readonly kind: "event"; readonly flow: string; readonly event: HistoryEvent; readonly memo?: Memo }
  | { readonly kind: "wait"; readonly flow: string; readonly until: number }
  | { readonly kind: "retry"; readonly flow: string; readonly retrier: number; readonly until: number }
  | { readonly kind: "heartbeat"; readonly flow: string; readonly at: number };
