/** Where an execution stands; the four after RUNNING are its ends. */
export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** What an event of the execution itself makes of its status. */
const STATUS_AFTER: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionStarted: "RUNNING",
  ExecutionRedriven: "RUNNING",
  ExecutionSucceeded: "SUCCEEDED",
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
};

/** An execution's history holds at most this many events; the last is its end. */
export const MOST_EVENTS = 25_000;

/** An execution stays open no longer than a year, its redrives included. */
export const LONGEST_EXECUTION_MS = 31_536_000_000;

/** What a state or a task takes or gives holds at most this many bytes of JSON. */
export const LARGEST_DATA = 262_144;

/** The name of a failure, and its cause, have at most so many characters. */
export const LONGEST_ERROR = 256;
export const LONGEST_CAUSE = 32_768;

/**
 * One event of an execution, as GetExecutionHistory gives it but for `timestamp`, which is in milliseconds.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  /** The type's own details, under the type's own name: `{"stateEnteredEventDetails": {…}}`. */
  readonly [details: string]: unknown;
}

/** The status that an execution has after one of its own events, such as `ExecutionFailed`. */
export function statusAfter(event: HistoryEvent): ExecutionStatus {
  const status = STATUS_AFTER[event.type];
  if (!status) throw new Error(`an event of an unknown type: ${event.type}`);
  return status;
}

const SHARED_DETAILS: readonly [suffix: string, field: string][] = [
  ["StateEntered", "stateEnteredEventDetails"],
  ["StateExited", "stateExitedEventDetails"],
];

/** The field that holds the details of an event of a type: `taskFailedEventDetails`. */
export function detailsField(type: string): string {
  const shared = SHARED_DETAILS.find(([suffix]) => type.endsWith(suffix));
  return shared ? shared[1] : `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** The details of an event, empty if its type has none. */
export function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  return (event[detailsField(event.type)] ?? {}) as Record<string, unknown>;
}
