/** The parts of an event in an execution's history that concern a wait. */
export interface HistoryEvent {
  readonly id?: number;
  readonly previousEventId?: number;
  readonly type?: string;
  readonly taskScheduledEventDetails?: { readonly parameters?: string };
  readonly taskSucceededEventDetails?: { readonly output?: string | null };
}

/** What is known so far from one wait's events, read from the newest to the oldest. */
export interface WaitHistory {
  /** Takes the next older event; returns `delivered` or `gone` once that is certain. */
  take(event: HistoryEvent): "delivered" | "gone" | "open" | undefined;
  /** The result when there are no older events. */
  atStart(): "delivered" | "gone" | "unknown";
  /** The result when older events were not read. */
  cutShort(): "delivered" | "unknown";
}

const executionEnds = new Set([
  "ExecutionSucceeded",
  "ExecutionFailed",
  "ExecutionAborted",
  "ExecutionTimedOut",
]);
const waitEnds = new Set([
  "TaskFailed",
  "TaskTimedOut",
  "TaskStartFailed",
  "TaskSubmitFailed",
  "TaskStateAborted",
]);
const betweenScheduleAndEnd = new Set(["TaskStarted", "TaskSubmitted"]);

/**
 * Follows a wait backwards through an execution's history. Its events are a chain by `previousEventId`:
 *
 *     TaskScheduled (its parameters hold the token) ← TaskStarted ← TaskSubmitted ← TaskSucceeded | TaskFailed | …
 *
 * so the outcome of the chain is passed from each event to the one before it. Only a success in the chain of the
 * token's own schedule counts, since reply ids are chosen by clients. An execution has ended when its newest event says
 * so (a redrive adds a newer one).
 */
export function waitHistory(taskToken: string, replyId: string): WaitHistory {
  const endAfter = new Map<number, "delivered" | "gone">();
  let newest = true;
  let executionEnded = false;
  let replySeen = false;

  function endOf(event: HistoryEvent): "delivered" | "gone" | undefined {
    if (event.type === "TaskSucceeded")
      return carries(event.taskSucceededEventDetails?.output, replyId) ? "delivered" : "gone";
    return event.type !== undefined && waitEnds.has(event.type) ? "gone" : undefined;
  }

  return {
    take(event) {
      if (newest) executionEnded = executionEnds.has(event.type ?? "");
      newest = false;
      const own = endOf(event);
      if (own === "delivered") replySeen = true;
      const end = own ?? endAfter.get(event.id ?? -1);
      if (event.type === "TaskScheduled")
        return event.taskScheduledEventDetails?.parameters?.includes(taskToken)
          ? (end ?? (executionEnded ? "gone" : "open"))
          : undefined;
      if (end && (own || betweenScheduleAndEnd.has(event.type ?? "")))
        endAfter.set(event.previousEventId ?? -1, end);
      return undefined;
    },
    atStart: () => (replySeen ? "delivered" : executionEnded ? "gone" : "unknown"),
    cutShort: () => (replySeen ? "delivered" : "unknown"),
  };
}

function carries(output: string | null | undefined, replyId: string): boolean {
  if (typeof output !== "string") return false;
  try {
    return (JSON.parse(output) as { replyId?: unknown } | null)?.replyId === replyId;
  } catch {
    return false;
  }
}
