import type { Proposal } from "../channel/decide-change.ts";
import { publish } from "../channel/publish.ts";
import { version } from "../channel/version.ts";
import { withdrawOf } from "../feedback/withdraw.ts";
import type { ExecutionRecord, Ports } from "../ports.ts";
import { type ExecutionStatusChanged, type StepValue, watchChannel, workChannel } from "../protocol/index.ts";
import { executionId } from "./envelope.ts";
import { foldEnded, messageOfEnd } from "./fold-execution.ts";
import { type Folded, isFinal } from "./fold-step.ts";
import { forEveryone } from "./for-everyone.ts";

type End = NonNullable<ExecutionRecord["end"]>;

const endStates = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed_out",
  ABORTED: "aborted",
} as const;

/**
 * Step Functions' word that an execution has ended: it is kept (its progress may come later), its open requests are
 * withdrawn, and no step of it stays under way.
 */
export async function executionChanged(ports: Ports, detail: ExecutionStatusChanged): Promise<void> {
  if (detail.status === "RUNNING") return;
  const cause = [detail.error, detail.cause].filter((text) => text).join(": ");
  const record = await ports.executionRecords.learn({
    execution: detail.executionArn,
    startedAt: detail.startDate,
    end: {
      state: endStates[detail.status],
      at: detail.stopDate ?? ports.clock.now(),
      ...(cause ? { cause: cause.slice(0, 4096) } : {}),
    },
  });
  await withdrawOf(ports, detail.executionArn, `execution_${endStates[detail.status]}`);
  if (record.subject !== undefined) await tellEnd(ports, record);
}

async function tellEnd(ports: Ports, record: ExecutionRecord): Promise<void> {
  const { subject, end } = record;
  if (subject === undefined || !end) return;
  const execution = executionId(record.execution);
  const prefix = `step/${execution}/`;
  const items = await ports.channels.since(workChannel(subject), 0);
  const steps = items
    .filter((item) => item.key.startsWith(prefix) && item.value !== null)
    .map((item) => item.value as StepValue);
  const underWay = steps.filter((step) => !isFinal(step.state)).sort((a, b) => b.at - a.at);
  const last = underWay[0] ?? steps.sort((a, b) => b.at - a.at)[0];
  const whole: Proposal = {
    key: `execution/${execution}`,
    at: end.at,
    fold: (current) => foldEnded(current, { ...record, end }, execution, last?.step),
  };
  const proposals = [whole, ...underWay.map((step) => endedStep(`${prefix}${step.step}`, end))];
  await publish(ports, workChannel(subject), proposals);
  await publish(ports, watchChannel(subject), proposals.map(forEveryone));
}

/** Ends a step as it stands when the change is written, whichever state that is. */
const endedStep = (key: string, end: End): Proposal => ({
  key,
  at: end.at,
  fold: (current) => {
    if (!current?.value) return undefined;
    return endStep({ value: current.value as StepValue, version: current.version }, end);
  },
});

/** A step that was under way when its execution ended is over too. */
export function endStep(step: Folded<StepValue>, end: End): Folded<StepValue> {
  if (isFinal(step.value.state)) return step;
  const ended: StepValue =
    end.state === "succeeded"
      ? { ...step.value, state: "succeeded" }
      : {
          ...step.value,
          state: "failed",
          message: messageOfEnd(end.state),
          ...(end.cause ? { cause: end.cause } : {}),
        };
  return {
    value: { ...ended, at: Math.max(ended.at, end.at) },
    version: version(step.value.attempt, 1, 0, 0),
  };
}
