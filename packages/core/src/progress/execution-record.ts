import type { Subject } from "@callboard/protocol";

/** What is known of an execution: it may end before its first progress arrives. */
export interface ExecutionRecord {
  /** ARN. */
  readonly execution: string;
  readonly subject?: Subject;
  readonly startedAt?: number;
  /** The latest redrive that is known to have begun, counted from 1, and when it did, if somebody told. */
  readonly redrive?: { readonly number: number; readonly at?: number };
  /** How the latest of its runs that is known to have ended did; run 0 is its start, each redrive the next. */
  readonly end?: {
    readonly redrive: number;
    readonly state: "succeeded" | "failed" | "timed_out" | "aborted";
    readonly at: number;
    readonly cause?: string;
  };
}
