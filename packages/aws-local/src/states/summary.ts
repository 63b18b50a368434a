import type { ExecutionStatus } from "./history.ts";
import type { Projection } from "./projection.ts";

/** What a list says of an execution. Times are milliseconds since the epoch. */
export interface ExecutionSummary {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
}

/** The summary of an execution as it stands. */
export function summaryOf({ start, ...projection }: Projection): ExecutionSummary {
  const { executionArn, stateMachineArn, name, startedAt } = start;
  const { status, stoppedAt, redriveCount, redrivenAt } = projection;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startedAt,
    ...(stoppedAt !== undefined && { stoppedAt }),
    redriveCount,
    ...(redrivenAt !== undefined && { redrivenAt }),
  };
}
