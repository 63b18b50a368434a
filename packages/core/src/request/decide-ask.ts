import { type FeedbackRequested, type RequestId, seconds } from "@callboard/protocol";
import type { Asking, ExecutionRecord, ThreadHead } from "../ports/index.ts";
import { askedBefore } from "../progress/redrive.ts";
import { latestDeadline, probeEveryMs } from "./due.ts";
import { moveTo } from "./move.ts";
import type { FeedbackRequest, RequestStatus } from "./request.ts";
import { shownCandidates } from "./shown-candidates.ts";

/** What a new question is decided on. */
export interface AskContext {
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
export function decideAsk(asked: FeedbackRequested, context: AskContext): Asking {
  const { head, current, now } = context;
  const order = asked.order ?? [0, asked.round, 0];
  const newest = !head || compareOrders(order, head.order) >= 0;
  const request = newRequest(asked, order, bornAs(newest, order, context), context);
  const after: ThreadHead = {
    execution: context.execution,
    thread: asked.thread,
    requestId: context.id,
    order,
  };
  const supersedes =
    newest && current?.status.state === "open"
      ? moveTo(current, { state: "superseded", at: now, by: context.id }, now)
      : undefined;
  return {
    request,
    taskToken: asked.taskToken,
    ledger: {
      n: 1,
      at: now,
      what: "asked",
      round: asked.round,
      candidates: request.candidates,
      ...(asked.candidates ? { shown: shownCandidates(asked.candidates) } : {}),
      assignees: request.assignees,
      ...(request.deadline === undefined ? {} : { deadline: request.deadline }),
    },
    thread: { before: head, after: newest ? after : undefined },
    ...(supersedes ? { supersedes } : {}),
  };
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
  const timeoutAt = asked.timeoutSeconds === undefined ? undefined : askedAt + seconds(asked.timeoutSeconds);
  const deadline = deadlineOf(asked, askedAt);
  const probe = probeEveryMs(asked.heartbeatSeconds);
  return {
    id,
    subject: asked.subject,
    thread: asked.thread,
    round: asked.round,
    order,
    execution,
    prompt: asked.prompt,
    verbs: asked.verbs,
    candidates: (asked.candidates ?? []).map((candidate) => candidate.id),
    ...(asked.schema ? { schema: asked.schema } : {}),
    assignees: asked.assignees,
    ...(asked.maxRounds === undefined ? {} : { maxRounds: asked.maxRounds }),
    ...(asked.default ? { default: asked.default } : {}),
    askedAt,
    ...(timeoutAt === undefined ? {} : { timeoutAt }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(asked.remindAfterSeconds === undefined
      ? {}
      : { remindAt: askedAt + seconds(asked.remindAfterSeconds) }),
    ...(asked.escalate
      ? { escalate: { at: askedAt + seconds(asked.escalate.afterSeconds), to: asked.escalate.to } }
      : {}),
    probeEveryMs: probe,
    probeAt: askedAt + probe,
    status,
    version: 1,
    last: "asked",
    changedAt: now,
    announced: 0,
  };
}

/** The earlier of what was asked for and what the state's timeout leaves. */
function deadlineOf(
  { timeoutSeconds, deadlineSeconds }: FeedbackRequested,
  askedAt: number,
): number | undefined {
  const latest =
    timeoutSeconds === undefined ? Infinity : latestDeadline(askedAt, askedAt + seconds(timeoutSeconds));
  const wanted = deadlineSeconds === undefined ? Infinity : askedAt + seconds(deadlineSeconds);
  const deadline = Math.min(latest, wanted);
  return deadline === Infinity ? undefined : deadline;
}

/** Compares `[redriveCount, round, retryCount]` place by place. */
export function compareOrders(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
