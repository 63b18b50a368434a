import {
  defined,
  type ExecutionState,
  type ExecutionValue,
  endMessages,
  Name,
  type ProgressReported,
} from "@callboard/protocol";
import { type Known, version } from "../channel/change.ts";
import { type End, latestRun, showsRedrive } from "../execution.ts";
import type { ExecutionRecord } from "../ports/index.ts";
import { begunEarlier, type Folded } from "./step.ts";

/** The source of an execution's state: nobody yet, the workflow itself, or Step Functions, whose report is final. */
const rank = { running: 0, workflow: 1, stepFunctions: 2 } as const;

const presentValue = (item: Known | undefined) => (item?.value ? (item.value as ExecutionValue) : undefined);

const redriveOf = (value: ExecutionValue | undefined): number => value?.redrive ?? 0;

/** A value names its run by number; the first run has no such field. */
const ofRun = (run: number) => (run > 0 ? { redrive: run } : {});

/** The current value if it belongs to this run; of an earlier run only its start remains. */
function within(
  current: Known | undefined,
  run: number,
): { later: boolean; before: ExecutionValue | undefined; startedAt: number | undefined } {
  const present = presentValue(current);
  const known = redriveOf(present);
  return { later: known > run, before: known === run ? present : undefined, startedAt: present?.startedAt };
}

/**
 * The first report of any step shows that an execution runs; the first sign of a redrive shows that it runs again. If
 * the workflow reported the end of that redrive before anything else was known of it, the end stays.
 */
export function foldRunning(
  current: Known | undefined,
  execution: string,
  record: ExecutionRecord,
  at: number,
): Folded<ExecutionValue> | undefined {
  const run = latestRun(record);
  const { later, before, startedAt = at } = within(current, run);
  const present = presentValue(current);
  if (later || before) return begunEarlier(present, current, at);
  const attempt = attemptOfRedrive(current, record);
  if (attempt !== undefined)
    return { value: { ...present!, ...ofRun(run) }, version: version(run, rank.workflow, attempt, 0) };
  return {
    value: { execution, state: "running", startedAt, ...ofRun(run), arn: record.execution },
    version: newer(version(run, rank.running, 0, at), current),
  };
}

/** A version for a running execution that is newer than the current one, even if its entry was removed to make room. */
function newer(proposed: string, current: Known | undefined): string {
  if (!current || current.version < proposed) return proposed;
  const [run = 0, by = 0, attempt = 0, at = 0] = current.version.split(".").map(Number);
  return version(run, by, attempt, at + 1);
}

/** Folds what the workflow reports of itself, as the step named `execution`, in a run of the execution. */
export function foldReported(
  current: Known | undefined,
  report: ProgressReported,
  execution: string,
  arn: string | undefined,
  run = 0,
): Folded<ExecutionValue> | undefined {
  const { later, before: known, startedAt: began = report.at } = within(current, run);
  if (later) return undefined;
  const state = stateOf(report);
  const attempt = report.attempt ?? 1;
  const earlier = reportedEnd(current, run);
  // A later attempt belongs to a redrive of which nothing else is known yet: the report of the earlier attempt no
  // longer counts.
  const before = earlier && attempt > earlier.attempt ? undefined : known;
  const ended = state !== "running";
  if (hasEnded(before) && !ended) return undefined;
  const { message, cause, data } = report;
  const step = Name.safeParse(data?.step).data;
  const reported = defined({ step, message, cause, data });
  const startedAt = Math.min(began, report.at);
  const about = { execution, startedAt, ...ofRun(run), ...(arn ? { arn } : {}) };
  if (!ended)
    return {
      value: { ...before, ...reported, ...about, state },
      version: version(run, rank.running, 1, report.at),
    };
  // Step Functions knows how it ended; the workflow knows better where and why.
  if (before && endedByStepFunctions(current!, run))
    return {
      value: { ...before, ...reported, state: before.state },
      version: version(run, rank.stepFunctions, 1, 0),
    };
  return {
    value: { ...before, ...reported, ...about, state, endedAt: report.at },
    version: version(run, rank.workflow, attempt, 0),
  };
}

const hasEnded = (value: ExecutionValue | undefined): boolean =>
  value !== undefined && value.state !== "running";

const endedByStepFunctions = ({ version: known }: Known, run: number): boolean =>
  known >= version(run, rank.stepFunctions, 0, 0);

/**
 * The attempt in which the workflow itself reported the end of a run, with the time of that report; undefined if
 * another source has reported more.
 */
function reportedEnd(
  current: Known | undefined,
  run: number,
): { readonly attempt: number; readonly startedAt: number } | undefined {
  const present = presentValue(current);
  if (present?.endedAt === undefined || redriveOf(present) !== run) return undefined;
  const [, by, attempt = 0] = current!.version.split(".").map(Number);
  return by === rank.workflow ? { attempt, startedAt: present.endedAt } : undefined;
}

/** Whether the workflow has reported the end of a redrive of which nothing else is known. */
export function reportedRedrive(current: Known | undefined, end: End): boolean {
  const reported = reportedEnd(current, end.redrive);
  return reported !== undefined && showsRedrive(end, reported);
}

/** Whether the end of this run or of a later one was reported, by the execution's entry or its removed entry. */
export const isEndedIn = ({ version: known }: Known, run: number): boolean =>
  Number(known.split(".")[0]) >= run && Number(known.split(".")[1]) > rank.running;

/** Whether an execution's record contains all runs and ends that its entry shows. */
export function isKnownTo(record: ExecutionRecord, current: Known | undefined): boolean {
  const present = presentValue(current);
  if (!present) return true;
  const run = redriveOf(present);
  if (run > latestRun(record)) return false;
  return !endedByStepFunctions(current!, run) || (record.end !== undefined && record.end.redrive >= run);
}

/** The attempt in which the workflow reported the end of the latest run, before anything else was known of that run. */
function attemptOfRedrive(current: Known | undefined, record: ExecutionRecord): number | undefined {
  const reported = reportedEnd(current, redriveOf(presentValue(current)));
  if (!reported) return undefined;
  const { redrive, end } = record;
  const since =
    redrive?.at === undefined
      ? end !== undefined && showsRedrive(end, reported)
      : reported.startedAt >= redrive.at;
  return since ? reported.attempt : undefined;
}

/** Folds Step Functions' report that a run has ended. `step` is the one that was under way. */
export function foldEnded(
  current: Known | undefined,
  { execution: arn, startedAt: recorded }: ExecutionRecord,
  end: End,
  execution: string,
  step: string | undefined,
): Folded<ExecutionValue> | undefined {
  const { state, at, cause, redrive: run } = end;
  const { later, before, startedAt = recorded ?? at } = within(current, run);
  if (later) return undefined;
  if (before && endedByStepFunctions(current!, run)) {
    if (before.step || !step) return undefined;
    // The step's own report came late: now the value can name the step.
    return { value: { ...before, step }, version: version(run, rank.stepFunctions, 0, 1) };
  }
  const { message: reportedMessage, cause: reportedCause, ...rest } = before ?? {};
  // A message from while it ran does not describe its end.
  const reported = hasEnded(before) ? { message: reportedMessage, cause: reportedCause } : {};
  const named = before?.step ?? (state === "succeeded" ? undefined : step);
  const message = reported.message ?? (state === "succeeded" ? undefined : endMessages[state]);
  const value: ExecutionValue = {
    ...rest,
    execution,
    state,
    startedAt,
    endedAt: at,
    ...ofRun(run),
    arn,
    ...(named ? { step: named } : {}),
    ...(message ? { message } : {}),
    ...(reported.cause || cause ? { cause: reported.cause ?? cause } : {}),
  } as ExecutionValue;
  return {
    value,
    version: version(run, rank.stepFunctions, hasEnded(before) ? 1 : 0, 0),
  };
}

function stateOf(report: ProgressReported): ExecutionState {
  if (report.state === "succeeded") return "succeeded";
  return report.state === "failed" ? "failed" : "running";
}
