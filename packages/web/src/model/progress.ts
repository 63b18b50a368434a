import type { ExecutionProgress, StepProgress } from "@callboard/client/headless";
import { type Locale, momentText } from "./time.ts";
import { said, sentence, stepLabel } from "./words.ts";

/** What to call a run beside others: its state machine and its name. */
export const runName = (run: string): string => (run === "-" ? "Other progress" : run.replace(":", " · "));

const stateTexts: Record<StepProgress["state"], string> = {
  to_come: "to come",
  not_reached: "not reached",
  started: "under way",
  running: "under way",
  waiting: "waiting",
  succeeded: "done",
  failed: "failed",
  skipped: "skipped",
};

export const stateText = (state: StepProgress["state"]): string => stateTexts[state];

/** How a run stands, in a sentence or two for everyone. */
export function executionText(execution: ExecutionProgress, now: number, locale: Locale = {}): string {
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
export function spokenChanges(before: readonly StepProgress[], after: readonly StepProgress[]): string {
  const known = new Map(before.map((row) => [row.step, stateText(row.state)]));
  return after
    .filter((row) => row.state !== "to_come" && known.get(row.step) !== stateText(row.state))
    .map((row) => `${stepLabel(row.step)}: ${stateText(row.state)}.`)
    .join(" ");
}
