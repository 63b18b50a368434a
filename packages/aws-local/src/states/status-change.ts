import { detailsOf, type ExecutionStatus, statusAfter } from "./history.ts";
import type { Projection } from "./projection.ts";
import type { Failure } from "./records.ts";
import { redrivability } from "./redrive.ts";

/** AWS's event on the default bus when a Standard execution starts, ends or is redriven. */
export interface StatusChangeEvent {
  readonly source: "aws.states";
  readonly "detail-type": "Step Functions Execution Status Change";
  readonly resources: readonly [string];
  /** Fields that do not apply are null. Dates are milliseconds since the epoch. */
  readonly detail: {
    readonly executionArn: string;
    readonly stateMachineArn: string;
    readonly stateMachineVersionArn: null;
    readonly stateMachineAliasArn: null;
    readonly name: string;
    readonly status: ExecutionStatus;
    readonly startDate: number;
    readonly stopDate: number | null;
    readonly input: string;
    readonly inputDetails: { readonly included: true };
    readonly output: string | null;
    readonly outputDetails: { readonly included: true } | null;
    readonly error: string | null;
    readonly cause: string | null;
    readonly redriveCount: number;
    readonly redriveDate: number | null;
    readonly redriveStatus: "REDRIVABLE" | "NOT_REDRIVABLE";
    readonly redriveStatusReason: string | null;
  };
}

/** The event for the nth status change of an execution, with the data of that time: 0 is its start. */
export function statusChange({ start, statusChanges }: Projection, nth: number): StatusChangeEvent {
  const change = statusChanges[nth];
  if (!change) throw new Error(`the execution has had no change of status ${nth}`);
  const status = statusAfter(change);
  // Every attempt starts and ends once.
  const redriveCount = Math.floor(nth / 2);
  const redriven = redriveCount > 0 ? statusChanges[2 * redriveCount] : undefined;
  const stoppedAt = status === "RUNNING" ? undefined : change.timestamp;
  const result = status === "RUNNING" ? {} : (detailsOf(change) as { output?: string } & Failure);
  const snapshot = { status, startedAt: start.startedAt, stoppedAt, redriveCount, events: change.id };
  return {
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    resources: [start.executionArn],
    detail: {
      executionArn: start.executionArn,
      stateMachineArn: start.stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name: start.name,
      status,
      startDate: start.startedAt,
      stopDate: stoppedAt ?? null,
      input: start.input,
      inputDetails: { included: true },
      output: result.output ?? null,
      outputDetails: result.output === undefined ? null : { included: true },
      error: result.error ?? null,
      cause: result.cause ?? null,
      redriveCount,
      redriveDate: redriven?.timestamp ?? null,
      redriveStatusReason: null,
      ...redrivability(snapshot, change.timestamp),
    },
  };
}
