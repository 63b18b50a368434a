import type { States } from "@callboard/aws-local";
import { PageError } from "../page-error.ts";

/** What the theatre asks of the engine of Step Functions. */
export type TheatreStates = {
  readonly operations: Pick<
    States["operations"],
    "DescribeExecution" | "DescribeStateMachine" | "DescribeStateMachineForExecution" | "GetExecutionHistory"
  >;
};

/** An event of an execution as Step Functions gives it; the time in milliseconds since the Unix epoch. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  /** The type's own details, under the type's own name. */
  readonly [details: string]: unknown;
}

/** The details of an event, empty if its type has none. */
export function detailsIn(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const field = Object.keys(event).find((name) => name.endsWith("EventDetails"));
  return field === undefined ? {} : (event[field] as Record<string, unknown>);
}

/** Reads the whole history of an execution, of which there are 25,000 events at most; a `PageError` when there is none. */
export async function readHistory(states: TheatreStates, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const input = { executionArn, maxResults: 1000, ...(nextToken === undefined ? {} : { nextToken }) };
    const page = await known(states.operations.GetExecutionHistory(input));
    for (const event of page.events as HistoryEvent[])
      events.push({ ...event, timestamp: Math.round(event.timestamp * 1000) });
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

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
