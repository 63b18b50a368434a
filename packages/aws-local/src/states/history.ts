/** An execution's status; the four after RUNNING are its ends. */
export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** The status that an event of the execution itself gives it. */
const STATUS_AFTER: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionStarted: "RUNNING",
  ExecutionRedriven: "RUNNING",
  ExecutionSucceeded: "SUCCEEDED",
  ExecutionFailed: "FAILED",
  ExecutionTimedOut: "TIMED_OUT",
  ExecutionAborted: "ABORTED",
};

/** Most events in an execution's history; the last is its end. */
export const MAX_EVENTS = 25_000;

/** An execution lasts no longer than a year, its redrives included. */
export const MAX_EXECUTION_MS = 31_536_000_000;

/** The largest input or output of a state or a task, in bytes of JSON. */
export const MAX_DATA_SIZE = 262_144;

/** Most characters of a failure's name and of its cause. */
export const MAX_ERROR_LENGTH = 256;
export const MAX_CAUSE_LENGTH = 32_768;

/**
 * One event of an execution, as GetExecutionHistory returns it, except that `timestamp` is in milliseconds.
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

/** The status of an execution after one of its own events, such as `ExecutionFailed`. */
export function statusAfter(event: HistoryEvent): ExecutionStatus {
  const status = STATUS_AFTER[event.type];
  if (!status) throw new Error(`an event of an unknown type: ${event.type}`);
  return status;
}

const SHARED_DETAILS: readonly [suffix: string, field: string][] = [
  ["StateEntered", "stateEnteredEventDetails"],
  ["StateExited", "stateExitedEventDetails"],
];

/** The field with the details of an event type: `taskFailedEventDetails`. */
export function detailsField(type: string): string {
  const shared = SHARED_DETAILS.find(([suffix]) => type.endsWith(suffix));
  return shared ? shared[1] : `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** The details of an event, empty if its type has none. */
export function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  return (event[detailsField(event.type)] ?? {}) as Record<string, unknown>;
}
