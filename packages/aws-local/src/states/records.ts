import type { Json } from "./asl.ts";
import type { HistoryEvent } from "./history.ts";

/** What an execution is from its first moment; its definition stays, whatever becomes of its machine. */
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

/** What replay needs of an event and AWS's history does not hold. */
export interface Memo {
  /** TaskScheduled: what SendTaskSuccess must name; the wait's limits, in milliseconds. */
  readonly token?: string;
  readonly deadline?: number;
  readonly heartbeatMs?: number;
  /** TaskTimedOut: for want of a heartbeat. */
  readonly heartbeatMissed?: boolean;
  /** StateExited: the state that follows; none at the end of a flow. */
  readonly next?: string;
  /** ParallelStateStarted, MapIterationStarted: the children's, the child's input. */
  readonly input?: Json;
  /** MapStateStarted: what it iterates over. */
  readonly items?: readonly Json[];
  /** MapStateSucceeded: what it results in, where that is not what the children gave. */
  readonly result?: Json;
  /** MapStateFailed, ParallelStateFailed, MapIterationFailed: with what. */
  readonly failure?: Failure;
  /** ExecutionRedriven: by which a repeated request is known. */
  readonly clientToken?: string;
}

/** Why a state failed. */
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
  /** A wait that missed its heartbeat fails as States.Timeout, and States.HeartbeatTimeout matches it too. */
  readonly heartbeatMissed?: boolean;
}

/** A record of an execution. Everything an execution knows is folded from these, by `evolve`. */
export type ExecutionRecord =
  | { readonly kind: "start"; readonly start: ExecutionStart }
  | { readonly kind: "event"; readonly flow: string; readonly event: HistoryEvent; readonly memo?: Memo }
  | { readonly kind: "wait"; readonly flow: string; readonly until: number }
  | { readonly kind: "retry"; readonly flow: string; readonly retrier: number; readonly until: number }
  | { readonly kind: "heartbeat"; readonly flow: string; readonly at: number };
