import {
  type ExecutionStatusChanged,
  type Item,
  type StepValue,
  type Subject,
  watchChannel,
  workChannel,
} from "@callboard/protocol";
import type { Proposal } from "../channel/decide-change.ts";
import { change, flushTogether } from "../channel/publish.ts";
import { askedBefore, executionId, showsRedrive, standingEnd } from "../execution.ts";
import type { ExecutionRecord, Ports } from "../ports/index.ts";
import { withdrawOf } from "../request/withdraw.ts";
import { foldEnded, foldRunning, reportedRedrive } from "./execution-value.ts";
import { forEveryone } from "./report.ts";
import { type Folded, isEnded, isFinal, settleStep } from "./step.ts";

const endStates = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed_out",
  ABORTED: "aborted",
} as const;

/**
 * Step Functions says that an execution has ended, or runs again. An end is kept (its progress may come later), the
 * open requests of that run are withdrawn, and no step of it stays under way. Events may come late, again, in any order.
 */
export async function executionChanged(ports: Ports, detail: ExecutionStatusChanged): Promise<void> {
  if (detail.status === "RUNNING" && !detail.redriveCount) return;
  const known = await ports.executionRecords.record(recordOf(detail, ports.clock.now()));
  const end = known.end;
  if (detail.status !== "RUNNING" && end)
    await withdrawOf(ports, known.execution, `execution_${end.state}`, (request) =>
      askedBefore(end, request),
    );
  if (known.subject === undefined) return;
  await tellStanding(ports, await recordRedrive(ports, known, known.subject), known.subject);
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
            ...(cause ? { cause: cause.slice(0, 4096) } : {}),
          },
        }),
  };
}

/** What was reported before an end that comes late may show that the execution runs again by now. */
async function recordRedrive(
  ports: Ports,
  record: ExecutionRecord,
  subject: Subject,
): Promise<ExecutionRecord> {
  const end = standingEnd(record);
  if (!end) return record;
  const execution = executionId(record.execution);
  const items = await ports.channels.since(workChannel(subject), 0);
  const redriven =
    stepsOf(items, execution).some(({ value }) => showsRedrive(end, value)) ||
    reportedRedrive(
      items.find((item) => item.key === `execution/${execution}`),
      end,
    );
  if (!redriven) return record;
  return ports.executionRecords.record({
    execution: record.execution,
    redrive: { number: end.redrive + 1 },
  });
}

const stepsOf = (items: readonly Item[], execution: string): Folded<StepValue>[] =>
  items
    .filter((item) => item.key.startsWith(`step/${execution}/`) && item.value !== null)
    .map(({ value, version }) => ({ value: value as StepValue, version }));

/**
 * Tells how an execution stands: over, or running again. The steps of the run that ended are over too; where it runs
 * again, those that its end failed have started again.
 */
async function tellStanding(ports: Ports, record: ExecutionRecord, subject: Subject): Promise<void> {
  const execution = executionId(record.execution);
  const steps = stepsOf(await ports.channels.since(workChannel(subject), 0), execution).sort(
    (a, b) => b.value.at - a.value.at,
  );
  const last = steps.find(({ value }) => !isFinal(value.state)) ?? steps[0];
  const unsettled = steps.filter((step) => !isFinal(step.value.state) || isEnded(step, record));
  const proposals = [
    wholeProposal(record, execution, last?.value.step),
    ...(record.end
      ? unsettled.map(({ value }) => stepProposal(`step/${execution}/${value.step}`, record))
      : []),
  ];
  await flushTogether([
    () => change(ports, workChannel(subject), proposals),
    () => change(ports, watchChannel(subject), proposals.map(forEveryone)),
  ]);
}

function wholeProposal(record: ExecutionRecord, execution: string, step: string | undefined): Proposal {
  const key = `execution/${execution}`;
  const standing = standingEnd(record);
  if (standing)
    return { key, at: standing.at, fold: (item) => foldEnded(item, record, standing, execution, step) };
  const at = record.redrive?.at ?? record.end?.at ?? record.startedAt ?? 0;
  return { key, at, fold: (item) => foldRunning(item, execution, record, record.startedAt ?? at) };
}

/** Settles a step as it stands when the change is written, whichever state that is. */
const stepProposal = (key: string, record: ExecutionRecord): Proposal => ({
  key,
  at: record.redrive?.at ?? record.end?.at ?? 0,
  fold: (current) => {
    if (!current?.value) return undefined;
    return settleStep({ value: current.value as StepValue, version: current.version }, record);
  },
});
