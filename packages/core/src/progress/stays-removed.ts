import type { Proposal } from "../channel/change.ts";
import { currentEnd, latestRun } from "../execution.ts";
import type { Entry, ExecutionRecord } from "../ports/index.ts";
import { isEndedIn } from "./execution-value.ts";

/** An execution as its subject shows it, and its record. */
interface ShownExecution {
  /** Its entry; its value is null if it was removed to make room. */
  readonly known: Entry | undefined;
  readonly record: ExecutionRecord | undefined;
}

/**
 * Whether an execution that was removed to make room stays removed although an event reports about it: it had ended, or
 * the event has nothing new. If not even a removed entry is left, it is shown: it cannot be told from a new one.
 */
export function staysRemoved({ known, record }: ShownExecution, hasNewContent: boolean): boolean {
  if (!known || known.value !== null) return false;
  const end = currentEnd(record);
  if (end ? end.at <= known.at : isEndedIn(known, record ? latestRun(record) : 0)) return true;
  return !hasNewContent;
}

/** Whether a proposal would change the entry of its key. */
export function changesEntry({ fold }: Proposal, known: Entry | undefined): boolean {
  const folded = fold(known);
  return folded !== undefined && (!known || folded.version > known.version);
}
