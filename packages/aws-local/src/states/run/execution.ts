import type { Execution } from "../execution.ts";
import { Cancelled, StateFailure } from "../failure.ts";
import { MAX_EXECUTION_MS } from "../history.ts";
import { lastEventIn, type Projection, ROOT } from "../projection.ts";
import { runFlow } from "./flow.ts";
import type { Surroundings } from "./frame.ts";

/** Runs an execution from its current state until it has ended or is halted. */
export async function runExecution(around: Surroundings, execution: Execution): Promise<void> {
  const { projection } = execution;
  if (projection.status !== "RUNNING") return;
  const root = projection.flows.get(ROOT);
  if (!root) throw new Error("an execution without its machine's flow");
  const left = deadlineOf(projection) - around.clock.now();
  const cancelTimeout = around.clock.after(Math.max(0, left), () =>
    execution.end("TIMED_OUT", { error: "States.Timeout" }, lastEventIn(root)),
  );
  try {
    await runFlow(around, execution, root, execution.over);
    const output = JSON.stringify(root.output?.value);
    execution.end("SUCCEEDED", { output, outputDetails: { truncated: false } }, root.lastEventId);
  } catch (cause) {
    if (cause instanceof StateFailure) {
      const { error, cause: why } = cause.failure;
      execution.end("FAILED", { error, cause: why }, lastEventIn(root));
    } else if (!(cause instanceof Cancelled)) throw cause;
  } finally {
    cancelTimeout();
  }
}

/** A redrive restarts the machine's timeout, but never beyond a year in all. */
function deadlineOf({ start, machine, redrivenAt }: Projection): number {
  const ownMs = (machine.TimeoutSeconds ?? Infinity) * 1000;
  return Math.min((redrivenAt ?? start.startedAt) + ownMs, start.startedAt + MAX_EXECUTION_MS);
}
