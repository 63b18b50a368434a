import type { Decision, View, Write } from "../store/store.ts";
import {
  ENDED,
  type EndedRow,
  type ExecutionSummary,
  executionKey,
  OPEN,
  recordKey,
  startedKey,
} from "./rows.ts";

/** Rows that one transaction removes, approximately. */
const MAX_ROWS = 500;

/** The result of one step. */
export interface Removal {
  /** The executions that are completely deleted. */
  readonly arns: readonly string[];
  /** False when there is more to delete. */
  readonly isAll: boolean;
}

/**
 * Decides what to delete in one step from the executions that ended before a time, oldest first. It does not read their
 * histories; a long one needs several steps, which its row in the index counts.
 */
export function removeEnded(view: View, before: number): Decision<Removal> {
  const writes: Write[] = [];
  const arns: string[] = [];
  for (const [key, row] of view.list<EndedRow>({ prefix: ENDED, lt: [...ENDED, before] })) {
    if (writes.length >= MAX_ROWS) return { writes, value: { arns, isAll: false } };
    const [, , stoppedAt, arn] = key as readonly [string, string, number, string];
    const summary = view.get<ExecutionSummary>(executionKey(arn));
    // Executions that were set aside are missing; another one may have the name now.
    if (summary && summary.stoppedAt === stoppedAt) {
      const upTo = Math.min(row.records, row.removed + MAX_ROWS - writes.length);
      for (let nth = row.removed; nth < upTo; nth++) writes.push([recordKey(arn, nth), undefined]);
      if (upTo < row.records) {
        writes.push([key, { ...row, removed: upTo } satisfies EndedRow]);
        return { writes, value: { arns, isAll: false } };
      }
      writes.push([executionKey(arn), undefined]);
      for (const [open] of view.list({ prefix: [...OPEN, arn] })) writes.push([open, undefined]);
      arns.push(arn);
    }
    writes.push([startedKey(row.stateMachineArn, row.startedAt, arn), undefined], [key, undefined]);
  }
  return { writes, value: { arns, isAll: true } };
}

/** The earliest end of an existing execution; undefined when none has ended. */
export function firstEnd(view: View): number | undefined {
  for (const [key] of view.list({ prefix: ENDED })) return key[2] as number;
  return undefined;
}
