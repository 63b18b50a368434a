import type { ExecutionValue, StepState, StepValue } from "@callboard/protocol";
import { type Items, unreadUnder, valuesUnder } from "./items.ts";
import { execution as executionShape, step as stepShape } from "./values.ts";

/** A step of a run; times in milliseconds, by the reporter's clock. */
export interface StepProgress<Data = Record<string, unknown>> {
  readonly step: string;
  /** `to_come`: nothing was reported about it so far; `not_reached`: the run has ended without it. */
  readonly state: StepState | "to_come" | "not_reached";
  /** The number of the last reported attempt, from 1; undefined when there is none. */
  readonly attempt: number | undefined;
  readonly percent: number | undefined;
  readonly message: string | undefined;
  /** Further data of the report; not checked. */
  readonly data: Data | undefined;
  /** Why it failed; only owners see it. */
  readonly cause: string | undefined;
  readonly startedAt: number | undefined;
  readonly at: number | undefined;
}

/** The state of a whole run. */
export type ExecutionProgress<Data = Record<string, unknown>> = Omit<ExecutionValue, "data"> & {
  readonly data?: Data | undefined;
};

/** One run of a subject. */
export interface RunProgress<Data = Record<string, unknown>> {
  /** Its id in the keys; undefined while nothing was reported. */
  readonly run: string | undefined;
  readonly execution: ExecutionProgress<Data> | undefined;
  /** In the expected order; any other step comes after the one that it followed. */
  readonly steps: readonly StepProgress<Data>[];
}

/** The most running runs that are shown: those with the latest reports. */
const MAX_LIVE = 5;

/**
 * The runs in progress, the first to start first, then the one that ended last. If there is no run, one
 * without an id. The steps of each are in the order of `expected`; any other step comes after the one that it
 * followed. An expected step without a report has a row until its run has ended well.
 */
export function progressOf(items: Items, expected: readonly string[] = []): RunProgress[] {
  const runs = runsOf(items);
  const live = runs
    .filter((run) => run.isLive)
    .sort((a, b) => b.at - a.at)
    .slice(0, MAX_LIVE)
    .sort((a, b) => a.startedAt - b.startedAt);
  const [ended] = runs.filter((run) => !run.isLive).sort((a, b) => b.at - a.at);
  const shown = ended ? [...live, ended] : live;
  if (shown.length === 0)
    return [
      { run: undefined, execution: undefined, steps: expected.map((step) => missing(step, "to_come")) },
    ];
  return shown.map((run) => {
    const isExpected = shown.length === 1 || run.steps.some(({ step }) => expected.includes(step));
    return { run: run.name, execution: run.execution, steps: rowsOf(run, isExpected ? expected : []) };
  });
}

/** The keys of steps and executions that cannot be read. */
export const unreadProgress = (items: Items): string[] => [
  ...unreadUnder(items, "execution/", executionShape),
  ...unreadUnder(items, "step/", stepShape),
];

/** The data of one run. */
interface Run {
  name: string;
  execution: ExecutionValue | undefined;
  steps: StepValue[];
  startedAt: number;
  /** The time of its latest report; once it has ended, its end. */
  at: number;
  isLive: boolean;
}

function runsOf(items: Items): Run[] {
  const executions = valuesUnder(items, "execution/", executionShape);
  const reported = valuesUnder(items, "step/", stepShape);
  const names = new Set([...executions, ...reported].map((value) => value.execution));
  return [...names].map((name) => {
    const execution = executions.find((one) => one.execution === name);
    const steps = reported.filter((step) => step.execution === name);
    const starts = [...(execution ? [execution] : []), ...steps].map(({ startedAt }) => startedAt);
    const isLive = execution ? execution.state === "running" : steps.some(({ state }) => !isFinal(state));
    return {
      name,
      execution,
      steps,
      startedAt: Math.min(...starts),
      at: execution?.endedAt ?? Math.max(...starts, ...steps.map(({ at }) => at)),
      isLive,
    };
  });
}

const isFinal = (state: StepState): boolean => ["succeeded", "failed", "skipped"].includes(state);

function rowsOf({ execution, steps }: Run, expected: readonly string[]): StepProgress[] {
  const rank = (step: StepValue): number => {
    const known = expected.indexOf(step.step);
    if (known >= 0) return known;
    const before = steps.filter(
      (other) => expected.includes(other.step) && other.startedAt <= step.startedAt,
    );
    return Math.max(-1, ...before.map((other) => expected.indexOf(other.step))) + 0.5;
  };
  const rows = steps.map((step) => ({ rank: rank(step), startedAt: step.startedAt, row: rowOf(step) }));
  if (execution?.state !== "succeeded") {
    const state = execution === undefined || execution.state === "running" ? "to_come" : "not_reached";
    for (const [index, step] of expected.entries())
      if (!steps.some((other) => other.step === step))
        rows.push({ rank: index, startedAt: 0, row: missing(step, state) });
  }
  rows.sort((a, b) => a.rank - b.rank || a.startedAt - b.startedAt);
  return rows.map(({ row }) => row);
}

const missing = (step: string, state: StepProgress["state"]): StepProgress => ({ ...nothing, step, state });

const nothing = {
  attempt: undefined,
  percent: undefined,
  message: undefined,
  data: undefined,
  cause: undefined,
  startedAt: undefined,
  at: undefined,
};

function rowOf({ execution: _, ...step }: StepValue): StepProgress {
  return { ...nothing, ...step };
}
