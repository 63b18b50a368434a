import type { ExecutionStatus } from "./history.ts";
import type { Projection } from "./projection.ts";

/** The event that AWS puts on the default bus when a Standard execution starts or ends. */
export interface StatusChangeEvent {
  readonly source: "aws.states";
  readonly "detail-type": "Step Functions Execution Status Change";
  readonly resources: readonly [string];
  readonly detail: {
    readonly executionArn: string;
    readonly stateMachineArn: string;
    readonly name: string;
    readonly status: ExecutionStatus;
    /** Milliseconds since the epoch. */
    readonly startDate: number;
    readonly stopDate: number | null;
    readonly input: string;
    readonly output: string | null;
    readonly error?: string;
    readonly cause?: string;
  };
}

/** Describes an execution's start or its end, whichever `status` says. */
export function statusChange(projection: Projection, status: ExecutionStatus): StatusChangeEvent {
  const { start, stoppedAt, output, error, cause } = projection;
  const hasEnded = status !== "RUNNING";
  return {
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    resources: [start.executionArn],
    detail: {
      executionArn: start.executionArn,
      stateMachineArn: start.stateMachineArn,
      name: start.name,
      status,
      startDate: start.startedAt,
      stopDate: (hasEnded && stoppedAt) || null,
      input: start.input,
      output: (hasEnded && output) || null,
      ...(hasEnded && error !== undefined && { error }),
      ...(hasEnded && cause !== undefined && { cause }),
    },
  };
}
