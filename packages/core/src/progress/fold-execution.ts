import { version } from "../channel/version.ts";
import type { ExecutionRecord } from "../ports.ts";
import type { ExecutionState, ExecutionValue, Item, ProgressReported } from "../protocol/index.ts";
import type { Folded } from "./fold-step.ts";

const plainWords = {
  failed: "Something went wrong.",
  timed_out: "It took too long.",
  aborted: "It was stopped.",
} as const;

/** Who said how an execution stands: nobody yet, the workflow itself, or Step Functions, whose word is final. */
const rank = { running: 0, workflow: 1, stepFunctions: 2 } as const;

const presentValue = (item: Item | undefined) => (item?.value ? (item.value as ExecutionValue) : undefined);

/** An execution is known to run from the first report of any of its steps. */
export function foldRunning(
  current: Item | undefined,
  execution: string,
  arn: string | undefined,
  at: number,
): Folded<ExecutionValue> | undefined {
  if (presentValue(current)) return undefined;
  return {
    value: { execution, state: "running", startedAt: at, ...(arn ? { arn } : {}) },
    version: version(rank.running, 0, at),
  };
}

/** What the workflow reports of itself, as the step named `execution`. */
export function foldReported(
  current: Item | undefined,
  report: ProgressReported,
  execution: string,
  arn: string | undefined,
): Folded<ExecutionValue> | undefined {
  const before = presentValue(current);
  const state = stateOf(report);
  const ended = state !== "running";
  const told = before && before.state !== "running" && before.endedAt !== undefined;
  if (told && !ended) return undefined;
  const said = {
    ...(typeof report.data?.step === "string" ? { step: report.data.step } : {}),
    ...(report.message === undefined ? {} : { message: report.message }),
    ...(report.cause === undefined ? {} : { cause: report.cause }),
    ...(report.data ? { data: report.data } : {}),
  };
  const startedAt = Math.min(before?.startedAt ?? report.at, report.at);
  if (!ended)
    return {
      value: { ...before, ...said, execution, state, startedAt, ...(arn ? { arn } : {}) },
      version: version(rank.running, 1, report.at),
    };
  // Step Functions' word on how it ended stands; the workflow knows better where and why.
  const byStepFunctions = told && current!.version >= version(rank.stepFunctions, 0, 0);
  if (byStepFunctions)
    return { value: { ...before, ...said, state: before.state }, version: version(rank.stepFunctions, 1, 0) };
  return {
    value: { ...before, ...said, execution, state, startedAt, endedAt: report.at, ...(arn ? { arn } : {}) },
    version: version(rank.workflow, 1, 0),
  };
}

/** What Step Functions says of an execution's end. `step`: the one that was under way. */
export function foldEnded(
  current: Item | undefined,
  record: ExecutionRecord & { readonly end: NonNullable<ExecutionRecord["end"]> },
  execution: string,
  step: string | undefined,
): Folded<ExecutionValue> | undefined {
  const before = presentValue(current);
  const { state, at, cause } = record.end;
  if (current && current.version >= version(rank.stepFunctions, 0, 0)) {
    if (!before || before.step || !step) return undefined;
    // The step's own report was late: now it can be named.
    return { value: { ...before, step }, version: version(rank.stepFunctions, 0, 1) };
  }
  const named = before?.step ?? (state === "succeeded" ? undefined : step);
  const message = before?.message ?? (state === "succeeded" ? undefined : plainWords[state]);
  const value: ExecutionValue = {
    ...before,
    execution,
    state,
    startedAt: before?.startedAt ?? record.startedAt ?? at,
    endedAt: at,
    arn: record.execution,
    ...(named ? { step: named } : {}),
    ...(message ? { message } : {}),
    ...(before?.cause || cause ? { cause: before?.cause ?? cause } : {}),
  } as ExecutionValue;
  return { value, version: version(rank.stepFunctions, before && before.state !== "running" ? 1 : 0, 0) };
}

/** What viewers read about a step that ended because its execution did. */
export const messageOfEnd = (state: keyof typeof plainWords): string => plainWords[state];

function stateOf(report: ProgressReported): ExecutionState {
  if (report.state === "succeeded") return "succeeded";
  return report.state === "failed" ? "failed" : "running";
}
