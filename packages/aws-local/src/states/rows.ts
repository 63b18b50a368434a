import type { Key, View, Write } from "../store/store.ts";
import type { ExecutionStatus } from "./history.ts";
import type { Projection } from "./projection.ts";
import type { ExecutionRecord } from "./records.ts";

/** An execution's entry in lists. Times are milliseconds since the epoch. */
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

/** An entry in the index of ended executions: enough to delete one without reading its history. */
export interface EndedRow {
  readonly stateMachineArn: string;
  readonly startedAt: number;
  /** How many records it has, and how many of them, from the first, were already deleted. */
  readonly records: number;
  readonly removed: number;
}

/** The state machines. */
export const MACHINES: Key = ["states", "machine"];
/** By when they ended; the rows are `EndedRow`s. */
export const ENDED: Key = ["states", "ended"];
/** One row for each execution that has not ended or whose end was not reported: the number of reported status changes. */
export const OPEN: Key = ["states", "open"];

/** The row of a machine. */
export const machineKey = (arn: string): Key => [...MACHINES, arn];

/** The summary of an execution; its key is the prefix of its records' keys. */
export const executionKey = (arn: string): Key => ["states", "execution", arn];

/** The nth record of an execution, from 0. */
export const recordKey = (arn: string, nth: number): Key => [...executionKey(arn), nth];

/** The executions of a machine in the order of their starts. */
export const startedPrefix = (stateMachineArn: string): Key => ["states", "started", stateMachineArn];

/** One of these. */
export const startedKey = (stateMachineArn: string, startedAt: number, arn: string): Key => [
  ...startedPrefix(stateMachineArn),
  startedAt,
  arn,
];

/** An ended execution's key in the index by end. */
export const endedKey = (stoppedAt: number, arn: string): Key => [...ENDED, stoppedAt, arn];

/** Each redrive has its own open row, so that a late mark from before it cannot close it. */
export const openKey = (arn: string, redriveCount: number): Key => [...OPEN, arn, redriveCount];

/** The current summary of an execution. */
function summaryOf({ start, ...projection }: Projection): ExecutionSummary {
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

/**
 * The rows of an execution's next records; the first record is the nth. If they change its status, its summary and index
 * rows are included.
 */
export function writesOf(
  projection: Projection,
  records: readonly ExecutionRecord[],
  nth: number,
): readonly Write[] {
  const { start, status, stoppedAt } = projection;
  const { executionArn: arn, stateMachineArn, startedAt } = start;
  const writes: Write[] = records.map((record, at) => [recordKey(arn, nth + at), record]);
  if (!records.some(changesStatus)) return writes;
  writes.push([executionKey(arn), summaryOf(projection)]);
  if (records[0]?.kind === "start") {
    writes.push([startedKey(stateMachineArn, startedAt, arn), true], [openKey(arn, 0), 0]);
  }
  if (status !== "RUNNING" && stoppedAt !== undefined) {
    const row: EndedRow = { stateMachineArn, startedAt, records: nth + records.length, removed: 0 };
    writes.push([endedKey(stoppedAt, arn), row]);
  }
  return writes;
}

function changesStatus(record: ExecutionRecord): boolean {
  return record.kind === "event" && record.event.type.startsWith("Execution");
}

/** The records of an execution in order; empty if its ARN does not exist. */
export function readRecords(view: View, arn: string): ExecutionRecord[] {
  const key = executionKey(arn);
  return Array.from(view.list<ExecutionRecord>({ prefix: key, gt: key }), ([, record]) => record);
}

/**
 * For a damaged record of an ended execution: the prefixes of all records that can be set aside with it. Undefined for
 * any other record, which the engine needs.
 */
export function spareExecution(key: Key, view: View): Key | undefined {
  const [service, kind, arn, ...rest] = key;
  if (service !== "states" || kind !== "execution" || typeof arn !== "string") return undefined;
  const isSummary = rest.length === 0;
  const status = isSummary ? undefined : statusIn(view, arn);
  const hasEnded = status === undefined ? !isOpen(view, arn) : status !== "RUNNING";
  return hasEnded ? executionKey(arn) : undefined;
}

function statusIn(view: View, arn: string): ExecutionStatus | undefined {
  try {
    return view.get<ExecutionSummary>(executionKey(arn))?.status;
  } catch {
    // The summary is damaged too.
    return undefined;
  }
}

function isOpen(view: View, arn: string): boolean {
  for (const _ of view.list({ prefix: [...OPEN, arn] })) return true;
  return false;
}
