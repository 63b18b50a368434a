/** An event of an execution, as `/dev/execution` returns it. */
export interface TraceEvent {
  readonly id: number;
  readonly at: number;
  readonly type: string;
  readonly state?: string;
  readonly error?: string;
}

/** `gone_on`: it failed, and the execution continued another way. */
type Standing = "running" | "waiting" | "done" | "failed" | "gone_on" | "stopped";

/** The status of a state in an execution. */
export interface StateTrace {
  readonly standing: Standing;
  /** How often it was entered. */
  readonly entered: number;
  /** When it was last entered or left, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The event that last scheduled its task. */
  readonly scheduled?: number;
  readonly error?: string;
}

export type States = ReadonlyMap<string, StateTrace>;

/**
 * Computes the status of each state from the events; `waits` returns whether a state waits for an answer from
 * outside.
 */
export function foldTrace(
  states: States,
  events: readonly TraceEvent[],
  waits: (state: string) => boolean,
): States {
  const found = new Map(states);
  for (const event of events) {
    if (event.state === undefined) {
      const end = ends[event.type];
      if (end)
        for (const [name, one] of found)
          if (one.standing === "running" || one.standing === "waiting")
            found.set(name, { ...one, standing: end, at: event.at });
      continue;
    }
    found.set(event.state, after(found.get(event.state), event, waits(event.state)));
  }
  return found;
}

/** The status of running states after the end of their execution. */
const ends: Readonly<Record<string, Standing>> = {
  ExecutionFailed: "failed",
  ExecutionTimedOut: "failed",
  ExecutionAborted: "stopped",
};

const failures =
  /^(Task|LambdaFunction|Activity|MapRun)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/;

function after(
  before: StateTrace = { standing: "running", entered: 0, at: 0 },
  { id, at, type, error }: TraceEvent,
  waits: boolean,
): StateTrace {
  if (type.endsWith("StateEntered")) return { standing: "running", entered: before.entered + 1, at };
  if (type.endsWith("StateExited"))
    return { ...before, at, standing: before.standing === "failed" ? "gone_on" : "done" };
  if (type === "TaskScheduled") return { ...before, scheduled: id, standing: waits ? "waiting" : "running" };
  if (failures.test(type)) return { ...before, standing: "failed", ...(error ? { error } : {}) };
  // A state that is retried has not failed.
  if (/Started$|Submitted$|Succeeded$/.test(type) && before.standing === "failed")
    return { ...before, standing: waits ? "waiting" : "running" };
  return before;
}
