import type { StepValue } from "@callboard/protocol";
import type { ExecutionRecord } from "../ports/index.ts";
import { messageOfEnd } from "./fold-execution.ts";
import { endedVersion, type Folded, isFinal, liveVersion } from "./fold-step.ts";
import { latestRun, runOfStep } from "./redrive.ts";

/** A step as it stands when an execution is over, or runs again: ended, and where a redrive goes on started again. */
export const settleStep = (step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> =>
  resumeStep(endStep(step, record), record);

/** Tells whether a step was failed by the end of its execution's latest run, not by its own report. */
export const isEnded = ({ value, version }: Folded<StepValue>, { end }: ExecutionRecord): boolean =>
  end !== undefined && value.state === "failed" && version === endedVersion(value.attempt, end.redrive);

/** A step that was under way when its run of the execution ended is over too; one of a later run goes on. */
function endStep(step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> {
  const { end } = record;
  if (!end || isFinal(step.value.state) || runOfStep(record, step.value) > end.redrive) return step;
  const ended: StepValue =
    end.state === "succeeded"
      ? { ...step.value, state: "succeeded" }
      : {
          ...step.value,
          state: "failed",
          message: messageOfEnd(end.state),
          ...(end.cause ? { cause: end.cause } : {}),
        };
  return {
    value: { ...ended, at: Math.max(ended.at, end.at) },
    version: endedVersion(step.value.attempt, end.redrive),
  };
}

/** A redrive goes on where the run before it ended: nobody reports again that the step there has started. */
function resumeStep(step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> {
  const at = record.redrive?.at;
  const run = latestRun(record);
  if (at === undefined || run === record.end?.redrive || !isEnded(step, record)) return step;
  const { message: _, cause: __, ...value } = step.value;
  return {
    value: { ...value, state: "started", at },
    version: liveVersion(value.attempt, run, at, Math.max(0, value.percent ?? 0)),
  };
}
