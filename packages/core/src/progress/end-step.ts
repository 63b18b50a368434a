import type { ExecutionRecord } from "../ports.ts";
import type { StepValue } from "../protocol/index.ts";
import { messageOfEnd } from "./fold-execution.ts";
import { endedVersion, type Folded, isFinal } from "./fold-step.ts";
import { runOfStep } from "./redrive.ts";

/** A step that was under way when its run of the execution ended is over too; one of a later run goes on. */
export function endStep(step: Folded<StepValue>, record: ExecutionRecord): Folded<StepValue> {
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
