import {
  BadEvent,
  defined,
  type FeedbackRequested,
  jsonBytes,
  limits,
  type RequestId,
  seconds,
} from "@callboard/protocol";
import { askedBefore, checkSubject, type Envelope, executionOf, recordExecution } from "../execution.ts";
import type { Asking, ExecutionRecord, Ports, ThreadHead } from "../ports/index.ts";
import { latestDeadline, probeEveryMs } from "./agenda.ts";
import { announce } from "./announce.ts";
import { decideSupersession } from "./lifecycle.ts";
import { compareOrders, type FeedbackRequest, type RequestStatus } from "./request.ts";
import { candidateProposals, shownCandidates } from "./values.ts";

/** The version that a question is born with. */
const firstVersion = 1;

/** Races with other questions of the same thread that one question takes up. */
const mostTries = 10;

/** A question without its candidates: with a reply it still has to fit one item. */
const questionBytes = 8 * 1024;

/**
 * Feedback Requested: the question is a row before anyone sees it. The same event again stores nothing, and is told
 * again.
 */
export async function ask(ports: Ports, asked: FeedbackRequested, envelope: Envelope): Promise<void> {
  const execution = executionOf(envelope, asked);
  check(asked);
  const id: RequestId = `req_${ports.ids.hash(asked.taskToken)}`;
  const request = await store(ports, id, execution, asked, envelope);
  const more = candidateProposals(
    { thread: asked.thread, round: asked.round, requestId: id },
    asked.candidates ?? [],
    envelope.time,
  );
  await announce(ports, id, firstVersion, { request, more });
}

function check(asked: FeedbackRequested): void {
  const { candidates, taskToken: _, ...question } = asked;
  if (jsonBytes(question) > questionBytes)
    throw new BadEvent(`detail: over ${questionBytes} bytes without candidates`);
  const ids = candidates?.map((candidate) => candidate.id) ?? [];
  if (new Set(ids).size < ids.length) throw new BadEvent("candidates: two have the same id");
  if (asked.assignees.length + (asked.escalate?.to.length ?? 0) > limits.assignees)
    throw new BadEvent(`escalate.to: with the assignees over ${limits.assignees}`);
  const chosen = asked.default?.candidateId;
  if (chosen !== undefined && ids.length > 0 && !ids.includes(chosen))
    throw new BadEvent("default.candidateId: not among the candidates");
}

async function store(
  ports: Ports,
  id: RequestId,
  execution: string,
  asked: FeedbackRequested,
  envelope: Envelope,
): Promise<FeedbackRequest> {
  const { time: askedAt } = envelope;
  const { subject, thread } = asked;
  for (let tries = 0; tries < mostTries; tries++) {
    // The record is written first: a question is stored only once.
    const [stored, head, record] = await Promise.all([
      ports.requests.read(id),
      ports.requests.readThread({ execution, subject, thread }),
      recordExecution(ports, toldOf(execution, asked), envelope),
    ]);
    checkSubject(envelope, "taskToken", stored?.subject);
    if (stored) return stored;
    const current = head && (await ports.requests.read(head.requestId));
    const now = ports.clock.now();
    const asking = decideAsk(asked, { id, execution, askedAt, now, head, current, record });
    const outcome = await ports.requests.ask(asking);
    if (outcome !== "stored") continue;
    if (asking.request.deadline === undefined) ports.log.metric("requests_without_deadline", 1);
    const superseded = asking.supersedes?.request;
    if (superseded)
      await ports.bus.put([
        { type: "Request Changed", requestId: superseded.id, version: superseded.version },
      ]);
    return asking.request;
  }
  throw new Error(`thread ${asked.thread} changed ${mostTries} times while a question was stored`);
}

/** What a question tells of its execution: the subject, and that it runs again. */
function toldOf(execution: string, { subject, order }: FeedbackRequested) {
  const redrive = order?.[0] ?? 0;
  return defined({ execution, subject, redrive: redrive > 0 ? { number: redrive } : undefined });
}

/** What a new question is decided on. */
interface AskContext {
  readonly id: RequestId;
  readonly execution: string;
  /** When the event was put, in milliseconds: the wait began then or a moment before. */
  readonly askedAt: number;
  readonly now: number;
  readonly head: ThreadHead | undefined;
  /** The request that the head names. */
  readonly current: FeedbackRequest | undefined;
  readonly record: ExecutionRecord | undefined;
}

/**
 * Decides how a question begins its life: open, if it is the newest of its thread (the one before it is then
 * superseded); superseded, if a newer one came first; withdrawn, if its run of the execution has already ended.
 */
function decideAsk(asked: FeedbackRequested, context: AskContext): Asking {
  const { id, execution, head, current, now } = context;
  const { subject, thread, round } = asked;
  const order = asked.order ?? [0, round, 0];
  const newest = !head || compareOrders(order, head.order) >= 0;
  const request = newRequest(asked, order, bornAs(newest, order, context), context);
  return defined({
    request,
    taskToken: asked.taskToken,
    ledger: defined({
      n: firstVersion,
      at: now,
      what: "asked",
      round,
      candidates: request.candidates,
      shown: asked.candidates && shownCandidates(asked.candidates),
      assignees: request.assignees,
      deadline: request.deadline,
    }),
    thread: {
      before: head,
      after: newest ? { execution, subject, thread, requestId: id, order } : undefined,
    },
    supersedes: newest && current?.status.state === "open" ? decideSupersession(current, id, now) : undefined,
  });
}

function bornAs(
  newest: boolean,
  order: readonly number[],
  { head, record, askedAt, now }: AskContext,
): RequestStatus {
  if (!newest && head) return { state: "superseded", at: now, by: head.requestId };
  const end = record?.end;
  if (end && askedBefore(end, { order, askedAt }))
    return { state: "withdrawn", at: now, reason: `execution_${end.state}` };
  return { state: "open" };
}

function newRequest(
  asked: FeedbackRequested,
  order: readonly number[],
  status: RequestStatus,
  { id, execution, askedAt, now }: AskContext,
): FeedbackRequest {
  const { candidates = [], escalate } = asked;
  const after = (delaySeconds: number | undefined) =>
    delaySeconds === undefined ? undefined : askedAt + seconds(delaySeconds);
  const timeoutAt = after(asked.timeoutSeconds);
  const latest = timeoutAt === undefined ? Infinity : latestDeadline(askedAt, timeoutAt);
  // The earlier of what was asked for and what the state's timeout leaves.
  const deadline = Math.min(latest, after(asked.deadlineSeconds) ?? Infinity);
  const probe = probeEveryMs(asked.heartbeatSeconds);
  return defined({
    id,
    subject: asked.subject,
    thread: asked.thread,
    round: asked.round,
    order,
    execution,
    prompt: asked.prompt,
    verbs: asked.verbs,
    candidates: candidates.map((candidate) => candidate.id),
    schema: asked.schema,
    assignees: asked.assignees,
    maxRounds: asked.maxRounds,
    default: asked.default,
    askedAt,
    timeoutAt,
    deadline: deadline === Infinity ? undefined : deadline,
    remindAt: after(asked.remindAfterSeconds),
    escalate: escalate && { at: askedAt + seconds(escalate.afterSeconds), to: escalate.to },
    probeEveryMs: probe,
    probeAt: askedAt + probe,
    status,
    version: firstVersion,
    last: "asked",
    changedAt: now,
    announced: 0,
  });
}
