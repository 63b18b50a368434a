import type { Proposal } from "../channel/change.ts";
import { latestRun, standingEnd } from "../execution.ts";
import type { Entry, ExecutionRecord } from "../ports/index.ts";
import { isEndedIn } from "./execution-value.ts";

/** An execution as its subject shows it, and what is told of it. */
interface Told {
  /** Its entry; removed, when it was let go to make room. */
  readonly known: Entry | undefined;
  readonly record: ExecutionRecord | undefined;
}

/**
 * Whether an execution that was let go stays away although something is told of it: it had ended, or that says nothing
 * which was not known. One of which nothing is left is shown: nobody can tell it from one that is new.
 */
export function staysAway({ known, record }: Told, isNews: boolean): boolean {
  if (!known || known.value !== null) return false;
  const end = standingEnd(record);
  if (end ? end.at <= known.at : isEndedIn(known, record ? latestRun(record) : 0)) return true;
  return !isNews;
}

/** Whether a proposal would change the entry of its key. */
export function isNewsOf({ fold }: Proposal, known: Entry | undefined): boolean {
  const folded = fold(known);
  return folded !== undefined && (!known || folded.version > known.version);
}
