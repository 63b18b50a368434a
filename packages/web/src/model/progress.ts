import type { ExecutionProgress, StepProgress } from "@callboard/client/headless";
import { isEndMessage } from "@callboard/protocol";
import type { Words } from "../words/words.ts";
import { momentText } from "./time.ts";
import { said, sentence, sentencesText, stepLabel } from "./words.ts";

/** The name of a run among others: its state machine and its name. */
export const runName = (run: string, { progress }: Words): string =>
  run === "-" ? progress.runs.other : run.replace(":", " · ");

export const stateText = (state: StepProgress["state"], { progress }: Words): string =>
  progress.stepStates[state];

/**
 * The workflow's own message about a step or a run; Callboard's messages about an end are left out, because
 * they are shown translated.
 */
export const ownMessage = (message: string | undefined): string | undefined =>
  message === undefined || isEndMessage(message) ? undefined : message;

/** The state of a run, in a sentence or two for everyone. */
export function executionText(execution: ExecutionProgress, now: number, words: Words): string {
  const { runs } = words.progress;
  const end = execution.endedAt === undefined ? undefined : momentText(execution.endedAt, now, words);
  const where = execution.step === undefined ? undefined : stepLabel(execution.step, words);
  const message = ownMessage(execution.message);
  const told = message === undefined ? undefined : said(sentence(message));
  switch (execution.state) {
    case "running":
      if (execution.redrive !== undefined) return runs.again(execution.redrive + 1);
      return runs.since(momentText(execution.startedAt, now, words));
    case "succeeded":
      return told ?? runs.finished(end);
    case "failed":
      return sentencesText([runs.failed(where, end), told], words);
    case "timed_out":
      return sentencesText([runs.timedOut(where, end), told], words);
    case "aborted":
      return sentencesText([runs.aborted(where, end), told], words);
  }
}

/**
 * What to announce when the steps changed from `before` to `after`: only changes of state, never percents.
 */
export function spokenChanges(
  before: readonly StepProgress[],
  after: readonly StepProgress[],
  words: Words,
): string {
  const known = new Map(before.map(({ step, state }) => [step, stateText(state, words)]));
  const changed = after
    .map(({ step, state }) => ({ step, state, text: stateText(state, words) }))
    .filter(({ step, state, text }) => state !== "to_come" && known.get(step) !== text);
  return sentencesText(
    changed.map(({ step, text }) => words.progress.stepIs(stepLabel(step, words), text)),
    words,
  );
}
