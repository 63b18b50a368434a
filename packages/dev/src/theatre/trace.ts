import { detailsIn, type HistoryEvent } from "./history.ts";

/** One thing that happened in an execution, without what it took or gave. */
export interface TraceEvent {
  readonly id: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** As Step Functions calls it: `TaskStateEntered`, `TaskTimedOut`, … */
  readonly type: string;
  /** The state that it happened in; undefined for what happened to the execution itself. */
  readonly state?: string;
  /** The name of an error. */
  readonly error?: string;
}

/** An answer of a person, or of the system, that a waiting state was given. */
export interface TraceAnswer {
  readonly id: number;
  readonly at: number;
  readonly state: string;
  readonly replyId: string;
  readonly verb: string;
}

/** What happened in an execution after an event, which later calls name to get the rest. */
export interface Trace {
  readonly events: readonly TraceEvent[];
  /** All answers so far, whenever they came. */
  readonly answers: readonly TraceAnswer[];
  /** The id of the last event that there is. */
  readonly after: number;
}

/**
 * Reads a whole history. Inputs and outputs hold task tokens and what people wrote: of all that, it gives the ids and
 * verbs of answers.
 */
export function traceOf(history: readonly HistoryEvent[], after: number): Trace {
  const states = statesOf(history);
  const events: TraceEvent[] = [];
  const answers: TraceAnswer[] = [];
  for (const event of history) {
    const { id, timestamp: at, type } = event;
    const state = states.get(id);
    const { error, output } = detailsIn(event);
    const answer = type === "TaskSucceeded" && state !== undefined ? answerIn(output) : undefined;
    if (answer) answers.push({ id, at, state: state!, ...answer });
    if (id <= after) continue;
    const isNamed = typeof error === "string" && /^[\w.]{1,100}$/.test(error);
    events.push({ id, at, type, ...(state === undefined ? {} : { state }), ...(isNamed ? { error } : {}) });
  }
  return { events, answers, after: history.at(-1)?.id ?? 0 };
}

/** The state that each event happened in, by its id: the one that was entered last on the way to it. */
export function statesOf(history: readonly HistoryEvent[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const event of history) {
    const { name } = detailsIn(event);
    const entered = /State(Entered|Exited)$/.test(event.type) && typeof name === "string" ? name : undefined;
    const state = entered ?? found.get(event.previousEventId);
    if (state !== undefined && !event.type.startsWith("Execution")) found.set(event.id, state);
  }
  return found;
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
