import type { States } from "@callboard/aws-local";
import { PageError } from "../page-error.ts";
import { addToTrace, type Trace } from "./trace.ts";

/** The parts of the Step Functions engine that are needed to follow an execution. */
export type FollowedStates = Pick<States, "historyAfter"> & {
  readonly operations: Pick<States["operations"], "DescribeExecution">;
};

/** What is known about an execution now. */
interface Followed {
  readonly status: string;
  readonly trace: Trace;
}

/** Follows executions; throws a `PageError` for one that does not exist. */
export type FollowExecution = (executionArn: string) => Promise<Followed>;

/**
 * How many traces are kept: an execution has up to 25,000 events, and a page polls several times a second.
 */
const MAX_TRACES = 8;
const MAX_AT_ONCE = 1_000;

/** Reads only the events of an execution that are new since the last call. */
export function followExecutions(states: FollowedStates): FollowExecution {
  const traces = new Map<string, Trace>();

  return async (executionArn) => {
    // Before the history: if it says that the execution ended, the history is complete.
    const { status, startDate } = await describeExecution(states, executionArn);
    // Another execution may have had this name before.
    const key = `${executionArn} ${startDate}`;
    const trace = traces.get(key) ?? { events: [], answers: [] };
    traces.delete(key);
    traces.set(key, trace);
    if (traces.size > MAX_TRACES) traces.delete(traces.keys().next().value!);
    for (let known = -1; known < trace.events.length; ) {
      known = trace.events.length;
      // Another call at the same time may have added them meanwhile.
      for (const event of await states.historyAfter(executionArn, known, MAX_AT_ONCE))
        if (event.id === trace.events.length + 1) addToTrace(trace, event);
    }
    return { status, trace };
  };
}

/** An execution's status and start time; throws a `PageError` for one that does not exist. */
export const describeExecution = (
  states: FollowedStates,
  executionArn: string,
): Promise<{ readonly status: string; readonly startDate: number }> =>
  known(states.operations.DescribeExecution({ executionArn }));

/** The answer of an operation; turns its error for unknown names into “not found”. */
export async function known<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    const { code = "" } = cause as { code?: string };
    if (/DoesNotExist$|^InvalidArn$|^ValidationException$/.test(code))
      throw new PageError(404, "not_found", "Not found.");
    throw cause;
  }
}
