import { StateFailure } from "../failure.ts";
import { QueryError } from "../query/index.ts";
import type { Failure } from "../records.ts";
import { type Exit, type Frame, failureIn, serialize } from "./frame.ts";

/** Runs a state without Retry or Catch, and records how it was left. */
export async function leaving(frame: Frame, run: (frame: Frame) => Promise<Exit>): Promise<void> {
  try {
    writeExit(frame, await run(frame));
  } catch (cause) {
    throw new StateFailure(failureFrom(frame, cause));
  }
}

/** Adds a state's exit to the history; throws `StateFailure` when its data are too large. */
export function writeExit(frame: Frame, exit: Exit): void {
  const { name } = frame.visit;
  const assigned = Object.entries(exit.assigned ?? {}).map(([key, value]) => [key, serialize(value, name)]);
  frame.execution.write(
    frame.flow,
    `${frame.state.Type}StateExited`,
    {
      name,
      output: serialize(exit.output, name),
      outputDetails: { truncated: false },
      ...(assigned.length > 0 && {
        assignedVariables: Object.fromEntries(assigned),
        assignedVariablesDetails: { truncated: false },
      }),
    },
    { memo: exit.next === undefined ? {} : { next: exit.next } },
  );
}

/** Converts an error into the state's failure; rethrows any other error. */
export function failureFrom(frame: Frame, cause: unknown): Failure {
  if (cause instanceof StateFailure) return cause.failure;
  if (cause instanceof QueryError) return failureIn(frame, cause.error, cause.detail);
  throw cause;
}
