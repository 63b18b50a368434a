import { detailsOf, type HistoryEvent } from "./history.ts";
import { dropChildren, type Flow, type Projection, ROOT, stateOf, type Visit } from "./projection.ts";
import type { Memo } from "./records.ts";
import { KEPT_CLIENT_TOKENS } from "./redrive.ts";

/**
 * Applies an ExecutionRedriven. Every state that has not finished starts again, with its input, its variables and all its
 * retries; branches and iterations that succeeded keep their results.
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-behavior-states
 */
export function evolveRedrive(projection: Projection, event: HistoryEvent, memo: Memo): void {
  const endedBy = projection.error;
  projection.redriveCount = (detailsOf(event) as { redriveCount: number }).redriveCount;
  projection.redrivenAt = event.timestamp;
  delete projection.stoppedAt;
  delete projection.output;
  delete projection.error;
  delete projection.cause;
  if (memo.clientToken !== undefined) {
    const used = { token: memo.clientToken, at: event.timestamp };
    projection.clientTokens = [...projection.clientTokens, used].slice(-KEPT_CLIENT_TOKENS);
  }
  const root = projection.flows.get(ROOT);
  if (root) rewind(projection, root, event, endedBy);
}

function rewind(projection: Projection, flow: Flow, event: HistoryEvent, endedBy: string | undefined): void {
  if (flow.output) return;
  flow.lastEventId = event.id;
  delete flow.settled;
  delete flow.failure;
  const { visit } = flow;
  if (!visit) return;
  // AWS enters a Fail state again; for any other state it writes no second "entered" event.
  if (stateOf(projection.machine, flow).Type === "Fail") {
    delete flow.visit;
    flow.next = visit.name;
    return;
  }
  const keepsChildren = visit.startedId !== undefined && !isTooLarge(visit, endedBy);
  if (!keepsChildren) dropChildren(projection, visit);
  const position = { at: keepsChildren ? "children" : "entered" } as const;
  flow.visit = { ...visit, begunAt: event.timestamp, retries: [], position };
  for (const child of visit.children) if (child) rewind(projection, child, event, endedBy);
}

/** Results that were too large together still are: such a Parallel or Map runs again as a whole. */
function isTooLarge({ position }: Visit, endedBy: string | undefined): boolean {
  const error = position.at === "failed" ? position.failure.error : endedBy;
  return (position.at === "failed" || position.at === "succeeded") && error === "States.DataLimitExceeded";
}
