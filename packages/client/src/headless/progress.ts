import type { ExecutionValue, StepState, StepValue } from "@callboard/protocol";
import { type Items, unreadUnder, valuesUnder } from "./items.ts";
import { execution as executionShape, step as stepShape } from "./values.ts";

/** A step of a run as it stands; times in milliseconds by the clock of whoever reported. */
export interface StepProgress<Data = Record<string, unknown>> {
  readonly step: string;
  /** `to_come`: nothing was reported of it so far; `not_reached`: nothing ever will be. */
  readonly state: StepState | "to_come" | "not_reached";
  /** The last try that was reported, from 1; undefined while none was. */
  readonly attempt: number | undefined;
  readonly percent: number | undefined;
  readonly message: string | undefined;
  /** What else was reported with it; nobody has checked it. */
  readonly data: Data | undefined;
  /** Why it failed, for owners. */
  readonly cause: string | undefined;
  readonly startedAt: number | undefined;
  readonly at: number | undefined;
}

/** How a run stands as a whole. */
export type ExecutionProgress<Data = Record<string, unknown>> = Omit<ExecutionValue, "data"> & {
  readonly data?: Data | undefined;
};

/** One run of a subject. */
export interface RunProgress<Data = Record<string, unknown>> {
  /** As keys name it; undefined while nothing was reported. */
  readonly run: string | undefined;
  readonly execution: ExecutionProgress<Data> | undefined;
  /** In the order in which they are expected, any other after the one that it followed. */
  readonly steps: readonly StepProgress<Data>[];
}

/** Runs under way that are told at once: those that were heard of last. */
const MOST_LIVE = 5;

/**
 * The runs that are under way, the first to start first, then the one that ended last; one without a run while there is
 * none. The steps of each stand in the order of `expected`, and any other after the step that it followed; expected
 * steps that were not reported yet have a row of their own until their run has ended well.
 */
export function progressOf(items: Items, expected: readonly string[] = []): RunProgress[] {
  const runs = runsOf(items);
  const live = runs
    .filter((run) => run.isLive)
    .sort((a, b) => b.at - a.at)
    .slice(0, MOST_LIVE)
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

/** What is known of one run. */
interface Run {
  name: string;
  execution: ExecutionValue | undefined;
  steps: StepValue[];
  startedAt: number;
  /** When it was heard of last; once it has ended, its end. */
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
