import type { Json } from "../asl.ts";
import { Cancelled } from "../failure.ts";
import { lastEventIn } from "../projection.ts";
import { type RunFlow, runChildren } from "./children.ts";
import { argumentsOf } from "./fields.ts";
import type { Frame } from "./frame.ts";

/** Parallel: runs all branches at the same time on the same input; the result is the list of their results. */
export async function runParallel(frame: Frame, runFlow: RunFlow): Promise<Json> {
  const { around, execution, flow, visit } = frame;
  if (visit.position.at !== "children") {
    const input = await argumentsOf(frame);
    execution.write(flow, "ParallelStateStarted", undefined, { memo: { input } });
  }
  const branches = visit.children;
  await runChildren(frame, branches.length, branches.length, async (index, signal) => {
    const branch = branches[index];
    if (branch) await runFlow(around, execution, branch, signal);
  });
  execution.write(flow, "ParallelStateSucceeded", undefined, { previous: lastEventIn(flow) });
  return joined(frame);
}

/** The combined result of the children, after their state has recorded its success. */
export function joined(frame: Frame): Json {
  const { position } = frame.visit;
  if (position.at !== "succeeded") throw new Cancelled();
  return position.result;
}
