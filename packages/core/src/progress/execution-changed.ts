import {
  cutBytes,
  defined,
  type ExecutionStatusChanged,
  limits,
  type StepValue,
  workChannel,
} from "@callboard/protocol";
import { type Change, type Entries, type Proposal, proposing } from "../channel/change.ts";
import { publish } from "../channel/publish.ts";
import { askedBefore, currentEnd, executionId, showsRedrive } from "../execution.ts";
import { keepRuns } from "../history.ts";
import type { ExecutionRecord, HeadState, Ports } from "../ports/index.ts";
import { warningsOver } from "../request/warnings.ts";
import { withdrawOf } from "../request/withdraw.ts";
import { foldEnded, foldRunning, isKnownTo, reportedRedrive } from "./execution-value.ts";
import { changesEntry, staysRemoved } from "./stays-removed.ts";
import { type Folded, isEnded, isFinal, settleStep } from "./step.ts";

const endStates = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed_out",
  ABORTED: "aborted",
} as const;

/**
 * Handles Step Functions' event that an execution has ended, or runs again. An end is stored, because progress may
 * arrive later. Open requests of that run are withdrawn, and its unfinished steps are ended too. Events may come late,
 * repeated, in any order.
 */
export async function executionChanged(ports: Ports, detail: ExecutionStatusChanged): Promise<void> {
  if (detail.status === "RUNNING" && !detail.redriveCount) return;
  const reported = recordOf(detail, ports.clock.now());
  const known = await ports.executionRecords.record(reported);
  const end = known.end;
  await keepRuns(ports, defined({ ...reported, subject: known.subject, end: recordedEnd(reported, known) }));
  if (detail.status !== "RUNNING" && end)
    await withdrawOf(ports, known.execution, `execution_${end.state}`, (request) =>
      askedBefore(end, request),
    );
  await publishState(ports, known);
}

/** The end to publish, with the details that were recorded first. */
const recordedEnd = ({ end }: ExecutionRecord, { end: known }: ExecutionRecord) =>
  end?.redrive === known?.redrive ? known : end;

/** How often the record of an execution is read again because the head knows more than it. */
const MAX_TRIES = 10;

/** Publishes the state of an execution, once its subject is known. */
async function publishState(ports: Ports, known: ExecutionRecord): Promise<void> {
  let record: ExecutionRecord | undefined = known;
  for (let tries = 0; record && tries < MAX_TRIES; tries++) {
    if (record.subject === undefined) return;
    const state = await ports.heads.open(workChannel(record.subject));
    if (await settleSteps(ports, await recordRedrive(ports, record, state), state)) return;
    record = await ports.executionRecords.read(known.execution);
  }
  throw new Error("the record of an execution is older than what its subject shows");
}

function recordOf(detail: ExecutionStatusChanged, now: number): ExecutionRecord {
  const { redriveCount = 0, redriveDate, status } = detail;
  const cause = [detail.error, detail.cause].filter((text) => text).join(": ");
  return {
    execution: detail.executionArn,
    startedAt: detail.startDate,
    ...(redriveCount > 0
      ? { redrive: { number: redriveCount, ...(redriveDate === undefined ? {} : { at: redriveDate }) } }
      : {}),
    ...(status === "RUNNING"
      ? {}
      : {
          end: {
            redrive: redriveCount,
            state: endStates[status],
            at: detail.stopDate ?? now,
            ...(cause ? { cause: cutBytes(cause, limits.causeBytes) } : {}),
          },
        }),
  };
}

/**
 * Publishes the state of the execution, and settles its steps, some at a time. If there is no room for the cause of its
 * end in each of them, they end without one. False: the head knows more of the execution than its record.
 */
async function settleSteps(ports: Ports, record: ExecutionRecord, state: HeadState): Promise<boolean> {
  let steps: readonly string[] = [];
  const found = (keys: readonly string[]) => {
    steps = keys;
  };
  const published = await publishWithFallback(ports, state, record, (as) => stateChange(as, found), state);
  if (published === "stale") return false;
  for (let from = MAX_STEPS; from < steps.length; from += MAX_STEPS) {
    const some = steps.slice(from, from + MAX_STEPS);
    await publishWithFallback(ports, state, record, (as) =>
      proposing(some.map((key) => stepProposal(key, as))),
    );
  }
  return true;
}

async function publishWithFallback(
  ports: Ports,
  { name }: HeadState,
  record: ExecutionRecord,
  changeOf: (record: ExecutionRecord) => Change,
  from?: HeadState,
): Promise<"published" | "stale"> {
  let published = await publish(ports, name, changeOf(record), from);
  if (published.outcome === "full")
    published = await publish(ports, name, { ...changeOf(withoutCause(record)), mustShow: true });
  if (published.outcome === "full") ports.log.warn("a subject is full", { limit: published.limit });
  return published.outcome === "stale" ? "stale" : "published";
}

function withoutCause(record: ExecutionRecord): ExecutionRecord {
  if (!record.end) return record;
  const { cause: _, ...end } = record.end;
  return { ...record, end };
}

/** Reports from before an end that arrives late may show that the execution already runs again. */
async function recordRedrive(
  ports: Ports,
  record: ExecutionRecord,
  state: HeadState,
): Promise<ExecutionRecord> {
  const end = currentEnd(record);
  if (!end) return record;
  const execution = executionId(record.execution);
  const entries = await state.entries("all");
  const redriven =
    stepsOf(entries, execution).some(({ value }) => showsRedrive(end, value)) ||
    reportedRedrive(entries.get(`execution/${execution}`), end);
  if (!redriven) return record;
  return ports.executionRecords.record({
    execution: record.execution,
    redrive: { number: end.redrive + 1 },
  });
}

const stepsOf = (entries: Entries, execution: string): Folded<StepValue>[] =>
  [...entries.values()]
    .filter(({ key, value }) => key.startsWith(`step/${execution}/`) && value !== null)
    .map(({ value, version }) => ({ value: value as StepValue, version }));

/** Steps that one change settles. */
const MAX_STEPS = 50;

/**
 * The change that shows an execution as over, or as running again. The steps of a run that ended are over too; when it
 * runs again, steps that failed because of the end have started again. `found` gets those steps when the change is
 * decided.
 */
function stateChange(record: ExecutionRecord, found: (steps: readonly string[]) => void): Change {
  const execution = executionId(record.execution);
  const end = currentEnd(record);
  return {
    keys: "all",
    propose(entries) {
      const known = entries.get(`execution/${execution}`);
      if (!isKnownTo(record, known)) return "stale";
      const steps = stepsOf(entries, execution).sort((a, b) => b.value.at - a.value.at);
      const last = steps.find(({ value }) => !isFinal(value.state)) ?? steps[0];
      const unsettled = steps.filter((step) => !isFinal(step.value.state) || isEnded(step, record));
      const keys = record.end ? unsettled.map(({ value }) => `step/${execution}/${value.step}`) : [];
      found(keys);
      const whole = wholeProposal(record, execution, last?.value.step);
      if (staysRemoved({ known, record }, changesEntry(whole, known))) return [];
      return [
        whole,
        ...keys.slice(0, MAX_STEPS).map((key) => stepProposal(key, record)),
        ...(end ? warningsOver(entries, execution, end.at) : []),
      ];
    },
    listsAgain: () => true,
  };
}

function wholeProposal(record: ExecutionRecord, execution: string, step: string | undefined): Proposal {
  const key = `execution/${execution}`;
  const end = currentEnd(record);
  if (end) return { key, at: end.at, fold: (item) => foldEnded(item, record, end, execution, step) };
  const at = record.redrive?.at ?? record.end?.at ?? record.startedAt ?? 0;
  return { key, at, fold: (item) => foldRunning(item, execution, record, record.startedAt ?? at) };
}

/** Settles a step by its state when the change is written. */
const stepProposal = (key: string, record: ExecutionRecord): Proposal => ({
  key,
  at: record.redrive?.at ?? record.end?.at ?? 0,
  fold: (current) => {
    if (!current?.value) return undefined;
    return settleStep({ value: current.value as StepValue, version: current.version }, record);
  },
});
