import { setImmediate as nextTurn } from "node:timers/promises";
import type { Execution } from "../execution.ts";
import { blockOf, type Flow } from "../projection.ts";
import { runChoice } from "./choice.ts";
import { type Frame, frameOf, type Surroundings, serialize } from "./frame.ts";
import { leaving } from "./leave.ts";
import { runMap } from "./map.ts";
import { runParallel } from "./parallel.ts";
import { recovering } from "./recover.ts";
import { runFail, runPass, runSucceed } from "./simple.ts";
import { runTask } from "./task.ts";
import { runWait } from "./wait.ts";

/** States that a flow runs before other flows get a turn. */
const STATES_A_TURN = 200;

/**
 * Runs a flow from its recorded state to its end. Throws `StateFailure` when one of its states fails permanently,
 * `Cancelled` when the flow must stop.
 */
export async function runFlow(
  around: Surroundings,
  execution: Execution,
  flow: Flow,
  signal: AbortSignal,
): Promise<void> {
  for (let states = 1; !flow.output; states++) {
    if (!flow.visit) enter(execution, flow);
    await runState(frameOf(around, execution, flow, signal));
    if (states % STATES_A_TURN === 0) await nextTurn();
  }
}

function enter(execution: Execution, flow: Flow): void {
  const name = flow.next ?? "";
  const state = blockOf(execution.projection.machine, flow).States[name];
  if (!state) throw new Error(`there is no state ${name}`);
  execution.write(flow, `${state.Type}StateEntered`, {
    name,
    input: serialize(flow.input, name),
    inputDetails: { truncated: false },
  });
}

/** Runs a flow's current state until it is left; throws as `runFlow` does. */
export function runState(frame: Frame): Promise<void> {
  switch (frame.state.Type) {
    case "Pass":
      return leaving(frame, runPass);
    case "Choice":
      return leaving(frame, runChoice);
    case "Wait":
      return leaving(frame, runWait);
    case "Succeed":
      return leaving(frame, runSucceed);
    case "Fail":
      return leaving(frame, runFail);
    case "Task":
      return recovering(frame, runTask);
    case "Parallel":
      return recovering(frame, (parallel) => runParallel(parallel, runFlow));
    case "Map":
      return recovering(frame, (map) => runMap(map, runFlow));
  }
}
