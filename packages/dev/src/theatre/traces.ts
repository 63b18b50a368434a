import type { States } from "@callboard/aws-local";
import { PageError } from "../page-error.ts";
import { addToTrace, type Trace } from "./trace.ts";

/** What is asked of the engine of Step Functions to follow an execution. */
export type FollowedStates = Pick<States, "historyAfter"> & {
  readonly operations: Pick<States["operations"], "DescribeExecution">;
};

/** What is known of an execution now. */
interface Followed {
  readonly status: string;
  readonly trace: Trace;
}

/** Follows executions; a `PageError` for one that there is not. */
export type FollowExecution = (executionArn: string) => Promise<Followed>;

/** An execution has 25,000 events at most, and a page looks several times a second: so the last few are kept. */
const MOST_TRACES = 8;
const MOST_AT_ONCE = 1_000;

/** Reads of each execution only what has happened since it was last asked for. */
export function followExecutions(states: FollowedStates): FollowExecution {
  const traces = new Map<string, Trace>();

  return async (executionArn) => {
    // Before the history: what has ended by then is in it.
    const { status, startDate } = await describeExecution(states, executionArn);
    // Another may have had its name before.
    const key = `${executionArn} ${startDate}`;
    const trace = traces.get(key) ?? { events: [], answers: [] };
    traces.delete(key);
    traces.set(key, trace);
    if (traces.size > MOST_TRACES) traces.delete(traces.keys().next().value!);
    for (let known = -1; known < trace.events.length; ) {
      known = trace.events.length;
      // Of two who ask at the same time the other may have added them meanwhile.
      for (const event of await states.historyAfter(executionArn, known, MOST_AT_ONCE))
        if (event.id === trace.events.length + 1) addToTrace(trace, event);
    }
    return { status, trace };
  };
}

/** How an execution stands, and when it began; a `PageError` for one that there is not. */
export const describeExecution = (
  states: FollowedStates,
  executionArn: string,
): Promise<{ readonly status: string; readonly startDate: number }> =>
  known(states.operations.DescribeExecution({ executionArn }));

/** What an operation answers; what it does not know is not found. */
export async function known<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    const { code = "" } = cause as { code?: string };
    if (/DoesNotExist$|^InvalidArn$|^ValidationException$/.test(code))
      throw new PageError(404, "not_found", "There is no such thing here.");
    throw cause;
  }
}
