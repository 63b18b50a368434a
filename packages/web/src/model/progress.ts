import { ExecutionValue, type StepState, StepValue } from "@callboard/protocol";
import { type Items, readUnder, valuesUnder } from "./items.ts";
import { type Locale, momentText } from "./time.ts";
import { computeLabel, said, sentence, stepLabel } from "./words.ts";

/** `to_come` and `not_reached` are the page's own: nothing was reported of the step so far, or nothing ever will be. */
type RowState = StepState | "to_come" | "not_reached";

/** One step as a row of the progress list; times in milliseconds. */
export interface StepRow {
  step: string;
  label: string;
  state: RowState;
  percent?: number | undefined;
  message?: string | undefined;
  compute?: string | undefined;
  /** Why it failed, for owners. */
  cause?: string | undefined;
  startedAt?: number | undefined;
  at?: number | undefined;
}

/** How one run of a subject stands. */
export interface Progress {
  /** The run as keys name it; undefined while nothing was reported. */
  run: string | undefined;
  execution: ExecutionValue | undefined;
  steps: StepRow[];
}

/** Runs under way that are shown at once: those that were heard of last. */
const mostLive = 5;

/**
 * The runs that are under way, the first to start first, then the one that ended last; one without a run while there is
 * none. The steps of each stand in the order of `expected`, and any other after the step that it followed; expected
 * steps that were not reported yet have a row of their own until their run has ended well.
 */
export function progressOf(items: Items, expected: readonly string[] = []): Progress[] {
  const runs = runsOf(items);
  const live = runs
    .filter((run) => run.isLive)
    .sort((a, b) => b.at - a.at)
    .slice(0, mostLive)
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
  const executions = valuesUnder(items, "execution/", ExecutionValue).map((entry) => entry.value);
  const reported = valuesUnder(items, "step/", StepValue).map((entry) => entry.value);
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

function rowsOf({ execution, steps }: Run, expected: readonly string[]): StepRow[] {
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

/** The keys of steps and executions that cannot be read. */
export const unreadProgress = (items: Items): string[] =>
  [readUnder(items, "execution/", ExecutionValue), readUnder(items, "step/", StepValue)].flatMap(
    ({ misfits }) => misfits.map(({ key }) => key),
  );

/** What to call a run beside others: its state machine and its name. */
export const runName = (run: string): string => (run === "-" ? "Other progress" : run.replace(":", " · "));

const missing = (step: string, state: RowState): StepRow => ({ step, label: stepLabel(step), state });

function rowOf(step: StepValue): StepRow {
  return {
    step: step.step,
    label: stepLabel(step.step),
    state: step.state,
    percent: step.percent,
    message: step.message,
    compute: computeLabel(step.data),
    cause: step.cause,
    startedAt: step.startedAt,
    at: step.at,
  };
}

const stateTexts: Record<RowState, string> = {
  to_come: "to come",
  not_reached: "not reached",
  started: "under way",
  running: "under way",
  waiting: "waiting",
  succeeded: "done",
  failed: "failed",
  skipped: "skipped",
};

export const stateText = (state: RowState): string => stateTexts[state];

/** How a run stands, in a sentence or two for everyone. */
export function executionText(execution: ExecutionValue, now: number, locale: Locale = {}): string {
  const end = execution.endedAt === undefined ? "" : ` at ${momentText(execution.endedAt, now, locale)}`;
  const where = execution.step === undefined ? "" : ` in “${stepLabel(execution.step)}”`;
  const why = execution.message === undefined ? "" : ` ${said(sentence(execution.message))}`;
  switch (execution.state) {
    case "running":
      if (execution.redrive !== undefined) return `Under way again, try ${execution.redrive + 1}.`;
      return `Under way since ${momentText(execution.startedAt, now, locale)}.`;
    case "succeeded":
      return execution.message === undefined ? sentence(`Finished${end}`) : said(sentence(execution.message));
    case "failed":
      return `It failed${where}${end}.${why}`;
    case "timed_out":
      return `It took too long and was stopped${where}${end}.${why}`;
    case "aborted":
      return `It was stopped by hand${where}${end}.${why}`;
  }
}

/** What to say aloud when the steps changed from `before` to `after`: changes of state alone, percents never. */
export function spokenChanges(before: readonly StepRow[], after: readonly StepRow[]): string {
  const known = new Map(before.map((row) => [row.step, stateText(row.state)]));
  return after
    .filter((row) => row.state !== "to_come" && known.get(row.step) !== stateText(row.state))
    .map((row) => `${row.label}: ${stateText(row.state)}.`)
    .join(" ");
}
