import { detailsField, type HistoryEvent } from "../history.ts";
import { type Input, page, seconds } from "./input.ts";

/** Fields of details that hold what people and services said. */
const DATA = new Set(["input", "output", "parameters", "assignedVariables"]);

/** The page of a history that a request asks for, as the wire has it. */
export function historyPage(input: Input, history: readonly HistoryEvent[]) {
  const ordered = input.reverseOrder === true ? history.toReversed() : history;
  const { items, nextToken } = page(input, ordered);
  const withData = input.includeExecutionData !== false;
  const events = items.map((event) => ({
    ...(withData ? event : withoutData(event)),
    timestamp: seconds(event.timestamp),
  }));
  return { events, ...(nextToken !== undefined && { nextToken }) };
}

function withoutData(event: HistoryEvent): HistoryEvent {
  const field = detailsField(event.type);
  const details = event[field];
  if (details === undefined) return event;
  const kept = Object.entries(details as object).filter(([key]) => !DATA.has(key));
  return { ...event, [field]: Object.fromEntries(kept) };
}
