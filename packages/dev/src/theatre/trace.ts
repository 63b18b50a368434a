import { detailsOf, type HistoryEvent } from "@callboard/aws-local";

/** An event of an execution, without inputs and outputs. */
interface TraceEvent {
  readonly id: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Step Functions' name for it: `TaskStateEntered`, `TaskTimedOut`, … */
  readonly type: string;
  /** Its state; undefined for an event of the execution itself. */
  readonly state?: string;
  /** The name of an error. */
  readonly error?: string;
}

/** The answer of a person, or of the system, to a waiting state. */
interface TraceAnswer {
  readonly id: number;
  readonly at: number;
  readonly state: string;
  readonly replyId: string;
  readonly verb: string;
}

/** The events of an execution as far as its history was read, with consecutive ids from 1. */
export interface Trace {
  readonly events: TraceEvent[];
  readonly answers: TraceAnswer[];
}

/**
 * Adds the next event of a history. Inputs and outputs contain task tokens and what people wrote: a trace
 * keeps only the ids and verbs of answers.
 */
export function addToTrace({ events, answers }: Trace, event: HistoryEvent): void {
  const { id, timestamp: at, type } = event;
  const { error, output } = detailsOf(event);
  const state = stateOf(event, events);
  const answer = type === "TaskSucceeded" && state !== undefined ? answerIn(output) : undefined;
  if (answer) answers.push({ id, at, state: state!, ...answer });
  const isNamed = typeof error === "string" && /^[\w.]{1,100}$/.test(error);
  events.push({ id, at, type, ...(state === undefined ? {} : { state }), ...(isNamed ? { error } : {}) });
}

/** The last state that was entered or exited before an event. */
function stateOf(event: HistoryEvent, before: readonly TraceEvent[]): string | undefined {
  if (event.type.startsWith("Execution")) return undefined;
  const { name } = detailsOf(event);
  if (/State(Entered|Exited)$/.test(event.type) && typeof name === "string") return name;
  return before[event.previousEventId - 1]?.state;
}

function answerIn(output: unknown): { replyId: string; verb: string } | undefined {
  if (typeof output !== "string" || !output.includes("replyId")) return undefined;
  try {
    const { replyId, verb } = JSON.parse(output) as Record<string, unknown>;
    return typeof replyId === "string" && typeof verb === "string" ? { replyId, verb } : undefined;
  } catch {
    return undefined;
  }
}
