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

/** How the latest run of a subject stands. */
export interface Progress {
  execution: ExecutionValue | undefined;
  steps: StepRow[];
}

/**
 * The latest run and its steps: first in the order of `expected`, and any other after the step that it followed.
 * Expected steps that were not reported yet have a row of their own until the run has ended well.
 */
export function progressOf(items: Items, expected: readonly string[] = []): Progress {
  const executions = valuesUnder(items, "execution/", ExecutionValue).map((entry) => entry.value);
  const reported = valuesUnder(items, "step/", StepValue).map((entry) => entry.value);
  const run = latestRun([...executions, ...reported]);
  const execution = executions.find((one) => one.execution === run);
  const mine = reported.filter((step) => step.execution === run);
  if (run === undefined)
    return { execution: undefined, steps: expected.map((step) => missing(step, "to_come")) };

  const rank = (step: StepValue): number => {
    const known = expected.indexOf(step.step);
    if (known >= 0) return known;
    const before = mine.filter((other) => expected.includes(other.step) && other.startedAt <= step.startedAt);
    return Math.max(-1, ...before.map((other) => expected.indexOf(other.step))) + 0.5;
  };
  const rows = mine.map((step) => ({ rank: rank(step), startedAt: step.startedAt, row: rowOf(step) }));
  if (execution?.state !== "succeeded") {
    const state = execution === undefined || execution.state === "running" ? "to_come" : "not_reached";
    for (const [index, step] of expected.entries())
      if (!mine.some((other) => other.step === step))
        rows.push({ rank: index, startedAt: 0, row: missing(step, state) });
  }
  rows.sort((a, b) => a.rank - b.rank || a.startedAt - b.startedAt);
  return { execution, steps: rows.map(({ row }) => row) };
}

/** The keys of steps and executions that cannot be read. */
export const unreadProgress = (items: Items): string[] =>
  [readUnder(items, "execution/", ExecutionValue), readUnder(items, "step/", StepValue)].flatMap(
    ({ misfits }) => misfits.map(({ key }) => key),
  );

function latestRun(values: readonly { execution: string; startedAt: number }[]): string | undefined {
  const starts = new Map<string, number>();
  for (const { execution, startedAt } of values)
    starts.set(execution, Math.min(startedAt, starts.get(execution) ?? Number.POSITIVE_INFINITY));
  let latest: string | undefined;
  for (const [execution, startedAt] of starts)
    if (latest === undefined || startedAt >= starts.get(latest)!) latest = execution;
  return latest;
}

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
