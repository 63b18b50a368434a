import { setMaxListeners } from "node:events";
import type { Execution } from "../execution.ts";
import { StateFailure } from "../failure.ts";
import { type Flow, stateOf } from "../projection.ts";
import type { Frame, Surroundings } from "./frame.ts";

/** Runs one flow to its end; passed as an argument, because flows and their children run each other. */
export type RunFlow = (
  around: Surroundings,
  execution: Execution,
  flow: Flow,
  signal: AbortSignal,
) => Promise<void>;

/**
 * Runs the children of a Parallel or Map in order, at most `limit` at a time. The first that throws cancels the others,
 * and its error is thrown when all have stopped.
 */
export async function runChildren(
  frame: Frame,
  count: number,
  limit: number,
  run: (index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const group = new AbortController();
  // Each child listens to it, and Node would warn about more than ten.
  setMaxListeners(0, group.signal);
  const abort = () => group.abort();
  if (frame.signal.aborted) abort();
  frame.signal.addEventListener("abort", abort, { once: true });
  let next = 0;
  let first: { cause: unknown } | undefined;
  const work = async () => {
    while (next < count && !first) {
      const index = next++;
      try {
        await run(index, group.signal);
      } catch (cause) {
        if (!first) {
          first = { cause };
          if (cause instanceof StateFailure) recordAborted(frame.execution, frame.flow, index);
          abort();
        }
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, work));
  frame.signal.removeEventListener("abort", abort);
  if (first) throw (first as { cause: unknown }).cause;
}

const ABORTABLE = new Set(["Task", "Wait", "Parallel", "Map"]);

/** Records in the history which states were aborted, from the inside out. */
function recordAborted(execution: Execution, flow: Flow, except?: number): void {
  const { machine } = execution.projection;
  if (flow.visit?.position.at !== "children") return;
  const { name, children } = flow.visit;
  const isMap = stateOf(machine, flow).Type === "Map";
  for (const child of children) {
    if (!child || child.index === except || child.output || child.settled) continue;
    recordAborted(execution, child);
    if (child.visit) {
      const { Type } = stateOf(machine, child);
      if (ABORTABLE.has(Type)) execution.write(child, `${Type}StateAborted`);
    }
    if (isMap) execution.write(child, "MapIterationAborted", { name, index: child.index });
  }
}
