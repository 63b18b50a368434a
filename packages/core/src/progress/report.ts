import {
  AvatarValue,
  BadEvent,
  type CandidatesProposed,
  type Channel,
  PICTURE_FOLDER,
  type ProgressReported,
  type StepValue,
  TitleValue,
  watchChannel,
  workChannel,
} from "@callboard/protocol";
import { type Access, type Proposal, propose, version } from "../channel/decide-change.ts";
import { type Changed, change, flushTogether } from "../channel/publish.ts";
import {
  type Envelope,
  executionId,
  recordExecution,
  runAt,
  showsRedrive,
  standingEnd,
} from "../execution.ts";
import type { ExecutionRecord, Ports } from "../ports/index.ts";
import { candidateProposals } from "../request/values.ts";
import { foldEnded, foldReported, foldRunning } from "./execution-value.ts";
import { foldStep, settleStep } from "./step.ts";

/** Progress Reported: the step, the execution and whatever facts the report carries, for viewers and for owners. */
export async function report(ports: Ports, detail: ProgressReported, envelope: Envelope): Promise<void> {
  const arn = envelope.execution ?? detail.execution;
  const record = arn === undefined ? undefined : await recordReport(ports, arn, detail);
  const proposals = proposalsOf(detail, executionId(arn), arn, record);
  const access = detail.owners ? { owners: detail.owners } : {};
  await flushTogether([
    () => changeAsTold(ports, workChannel(detail.subject), proposals, access),
    () => changeAsTold(ports, watchChannel(detail.subject), proposals.map(forEveryone)),
  ]);
}

/** Candidates Proposed: for owners, as each source finishes. */
export async function proposeCandidates(
  ports: Ports,
  detail: CandidatesProposed,
  envelope: Envelope,
): Promise<void> {
  const proposals = candidateProposals(detail, detail.candidates, envelope.time);
  await flushTogether([() => changeAsTold(ports, workChannel(detail.subject), proposals)]);
}

/** Makes the change that a producer told of; a channel that is full is the producer's to mend. */
async function changeAsTold(
  ports: Ports,
  channel: Channel,
  proposals: readonly Proposal[],
  access: Access = {},
): Promise<Changed> {
  const changed = await change(ports, channel, proposals, access);
  const { published } = changed;
  if (published.outcome === "full") throw new BadEvent(`subject: its channel is over its ${published.limit}`);
  return changed;
}

/** The same proposal without causes and ARNs, which are for owners. */
export const forEveryone = (proposal: Proposal): Proposal => ({
  ...proposal,
  fold: (current) => {
    const folded = proposal.fold(current);
    if (!folded) return undefined;
    const { cause: _, arn: __, ...value } = folded.value as { cause?: unknown; arn?: unknown };
    return { ...folded, value };
  },
});

async function recordReport(
  ports: Ports,
  execution: string,
  detail: ProgressReported,
): Promise<ExecutionRecord> {
  const { subject, at: startedAt } = detail;
  return recordRedrive(ports, await recordExecution(ports, { execution, subject, startedAt }), detail);
}

/** Progress after an execution's end may be the first that is heard of its redrive. */
async function recordRedrive(
  ports: Ports,
  record: ExecutionRecord,
  { subject, step, at, attempt = 1 }: ProgressReported,
): Promise<ExecutionRecord> {
  const end = standingEnd(record);
  if (!end || !showsRedrive(end, { attempt, startedAt: at })) return record;
  const { execution } = record;
  const { items } = await ports.channels.read(workChannel(subject), [
    `step/${executionId(execution)}/${step}`,
  ]);
  const before = items[0]?.value as StepValue | null | undefined;
  const startedAt = before?.attempt === attempt ? before.startedAt : at;
  if ((before && before.attempt > attempt) || !showsRedrive(end, { attempt, startedAt })) return record;
  return ports.executionRecords.record({ execution, redrive: { number: end.redrive + 1 } });
}

function proposalsOf(
  detail: ProgressReported,
  execution: string,
  arn: string | undefined,
  record: ExecutionRecord | undefined,
): Proposal[] {
  const executionKey = `execution/${execution}`;
  const facts = factsOf(detail);
  const run = runAt(record, detail.at);
  if (detail.step === "execution")
    return [
      {
        key: executionKey,
        at: detail.at,
        fold: (current) => foldReported(current, detail, execution, arn, run),
      },
      ...facts,
    ];
  const step: Proposal = {
    key: `step/${execution}/${detail.step}`,
    at: detail.at,
    fold: (current) => {
      const folded = foldStep(current, detail, execution, record);
      return folded && record ? settleStep(folded, record) : folded;
    },
  };
  if (!record) return [step, ...facts];
  const end = standingEnd(record);
  const whole: Proposal = {
    key: executionKey,
    at: detail.at,
    fold: (current) =>
      end
        ? foldEnded(current, record, end, execution, detail.step)
        : foldRunning(current, execution, record, detail.at),
  };
  return [step, whole, ...facts];
}

/** `title` and `avatar` in a report's data are facts about the subject: items of their own, the latest wins. */
function factsOf({ data, at }: ProgressReported): Proposal[] {
  const facts: Proposal[] = [];
  const order = version(at);
  const title = TitleValue.safeParse({ title: data?.title });
  if (data?.title !== undefined) {
    if (!title.success) throw new BadEvent("data.title: not a title");
    facts.push(propose("title", title.data, order, at));
  }
  const avatar = AvatarValue.safeParse(data?.avatar);
  if (data?.avatar !== undefined) {
    if (!avatar.success) throw new BadEvent(`data.avatar: not an object under ${PICTURE_FOLDER}`);
    facts.push(propose("avatar", avatar.data, order, at));
  }
  return facts;
}
