import {
  AvatarValue,
  type CandidatesProposed,
  isUploadOf,
  type ProgressReported,
  ReleasedMedia,
  type StepValue,
  type Subject,
  TitleValue,
  workChannel,
} from "@callboard/protocol";
import { type Change, type Proposal, propose, proposing, remove, version } from "../channel/change.ts";
import { publish, refuseFull } from "../channel/publish.ts";
import { currentEnd, type Envelope, executionId, runAt, showsRedrive } from "../execution.ts";
import { recordExecution } from "../execution-record.ts";
import { keepCandidates, keepReport } from "../history.ts";
import type { ExecutionRecord, HeadState, Ports } from "../ports/index.ts";
import { candidateProposals, titleProposal } from "../request/values.ts";
import { warningsOver } from "../request/warnings.ts";
import { foldEnded, foldReported, foldRunning, isKnownTo } from "./execution-value.ts";
import { changesEntry, staysRemoved } from "./stays-removed.ts";
import { foldStep, isFinal, settleStep } from "./step.ts";

/** How often one report reads the execution's record again because the head knows more than it. */
const MAX_TRIES = 10;

/**
 * Handles Progress Reported: updates the step, the execution and the facts in the report. If the head knows more of the
 * execution than the record that was read, the record is read again, so that a late report leaves no step under way.
 */
export async function report(ports: Ports, detail: ProgressReported, envelope: Envelope): Promise<void> {
  const arn = envelope.execution ?? detail.execution;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const [record, state] = await Promise.all([
      arn === undefined ? undefined : recordReport(ports, arn, detail, envelope),
      ports.heads.open(workChannel(detail.subject)),
    ]);
    if (tries === 0) await keepReport(ports, detail, arn, envelope);
    const current = record && (await recordRedrive(ports, record, detail, state));
    const changeOf = (of: ProgressReported) => reported(of, arn, current);
    if (
      (await publishWithFallback(ports, changeOf(detail), state, () => changeOf(bare(detail)))) ===
      "published"
    )
      return;
  }
  throw new Error("the record of an execution is older than what its subject shows");
}

/** Handles Candidates Proposed: shows the candidates to owners, source by source. */
export async function proposeCandidates(
  ports: Ports,
  detail: CandidatesProposed,
  envelope: Envelope,
): Promise<void> {
  const of = { ...detail, publisher: envelope.source };
  const proposals = candidateProposals(of, detail.candidates, envelope.time);
  await keepCandidates(ports, detail, envelope);
  await publishWithFallback(ports, proposing(proposals), await ports.heads.open(workChannel(detail.subject)));
}

/** A report without its optional texts and data. */
function bare({
  title: _,
  message: __,
  data: ___,
  cause: ____,
  ...detail
}: ProgressReported): ProgressReported {
  return detail;
}

/**
 * Publishes a producer's change, or the `smaller` one if there is no room for it. Throws `BadEvent` if even that does
 * not fit: only the producer can fix a full subject.
 */
async function publishWithFallback(
  ports: Ports,
  change: Change,
  state: HeadState,
  smaller?: () => Change,
): Promise<"published" | "stale"> {
  let published = await publish(ports, state.name, change, state);
  if (published.outcome === "full" && smaller)
    published = await publish(ports, state.name, { ...smaller(), mustShow: true });
  return refuseFull(published);
}

function recordReport(
  ports: Ports,
  execution: string,
  { subject, at: startedAt }: ProgressReported,
  envelope: Envelope,
): Promise<ExecutionRecord> {
  return recordExecution(ports, { execution, subject, startedAt }, envelope);
}

/** A report after an execution's end may be the first sign of its redrive. */
async function recordRedrive(
  ports: Ports,
  record: ExecutionRecord,
  { step, at, attempt = 1 }: ProgressReported,
  state: HeadState,
): Promise<ExecutionRecord> {
  const end = currentEnd(record);
  if (!end || !showsRedrive(end, { attempt, startedAt: at })) return record;
  const { execution } = record;
  const key = `step/${executionId(execution)}/${step}`;
  const before = (await state.entries([key])).get(key)?.value as StepValue | null | undefined;
  const startedAt = before?.attempt === attempt ? before.startedAt : at;
  if ((before && before.attempt > attempt) || !showsRedrive(end, { attempt, startedAt })) return record;
  return ports.executionRecords.record({ execution, redrive: { number: end.redrive + 1 } });
}

/** The change that a report makes to its subject. */
function reported(
  detail: ProgressReported,
  arn: string | undefined,
  record: ExecutionRecord | undefined,
): Change {
  const execution = executionId(arn);
  const [own, ...whole] = proposalsOf(detail, execution, arn, record);
  const facts = factsOf(detail);
  const executionKey = `execution/${execution}`;
  const ends = detail.step === "execution" && isFinal(detail.state);
  return {
    keys: ends ? "all" : [...new Set([executionKey, ...[own, ...whole, ...facts].map(({ key }) => key)])],
    propose(entries) {
      const known = entries.get(executionKey);
      if (record && !isKnownTo(record, known)) return "stale";
      const hasNewContent = changesEntry(own, entries.get(own.key));
      const isAway = arn !== undefined && staysRemoved({ known, record }, hasNewContent);
      if (isAway) return facts;
      return [own, ...whole, ...facts, ...(ends ? warningsOver(entries, execution, detail.at) : [])];
    },
    ...(detail.owners ? { members: { owners: detail.owners } } : {}),
    listsAgain: (entries) => entries.get(own.key)?.value === null || !changesEntry(own, entries.get(own.key)),
  };
}

/** Proposals for the reported step, or for the execution itself, and for the execution whose state the step shows. */
function proposalsOf(
  detail: ProgressReported,
  execution: string,
  arn: string | undefined,
  record: ExecutionRecord | undefined,
): [own: Proposal, ...whole: Proposal[]] {
  const executionKey = `execution/${execution}`;
  const run = runAt(record, detail.at);
  if (detail.step === "execution")
    return [
      {
        key: executionKey,
        at: detail.at,
        fold: (current) => foldReported(current, detail, execution, arn, run),
      },
    ];
  const step: Proposal = {
    key: `step/${execution}/${detail.step}`,
    at: detail.at,
    fold: (current) => {
      const folded = foldStep(current, detail, execution, record);
      return folded && record ? settleStep(folded, record) : folded;
    },
  };
  if (!record) return [step];
  const end = currentEnd(record);
  const whole: Proposal = {
    key: executionKey,
    at: detail.at,
    fold: (current) =>
      end
        ? foldEnded(current, record, end, execution, detail.step)
        : foldRunning(current, execution, record, detail.at),
  };
  return [step, whole];
}

/**
 * The `title` of a report, and `title`, `avatar` and `media` in its `data`, are facts about the subject, each with an
 * item of its own; the latest wins. An invalid one makes no item.
 */
function factsOf({ subject, title, data, at }: ProgressReported): Proposal[] {
  const facts: Proposal[] = [];
  const named = TitleValue.safeParse({ title: title ?? data?.title });
  if (named.success) facts.push(titleProposal(named.data.title, at));
  const avatar = AvatarValue.safeParse(data?.avatar);
  if (avatar.success) facts.push(propose("avatar", avatar.data, version(at), at));
  const media = ReleasedMedia.safeParse(data?.media);
  if (media.success) facts.push(...released(subject, media.data, at));
  return facts;
}

/** The released video with its captions. Only uploads of the subject itself are accepted, whatever a report names. */
function released(subject: Subject, { captions, ...media }: ReleasedMedia, at: number): Proposal[] {
  const isOwn = [media.object, captions].every((object) => !object || isUploadOf(subject, object.key));
  if (!isOwn) return [];
  return [
    propose("media", media, version(at), at),
    captions
      ? propose("captions", { object: captions }, version(at), at)
      : remove("captions", version(at), at),
  ];
}
