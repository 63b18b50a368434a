import { defined, type FeedbackRequested, type RequestId, seconds } from "@callboard/protocol";
import { askedBefore, checkSubject, type Envelope } from "../execution.ts";
import { recordExecution } from "../execution-record.ts";
import type { Asking, ExecutionRecord, Ports, ThreadHead } from "../ports/index.ts";
import { latestDeadline, probeEveryMs } from "./agenda.ts";
import { decideSupersession } from "./lifecycle.ts";
import { changeEvents } from "./move.ts";
import {
  compareOrders,
  type FeedbackRequest,
  type LedgerEntry,
  type PluginTurn,
  type RequestStatus,
} from "./request.ts";
import { shownCandidates } from "./values.ts";

/** The first version of a request. */
export const FIRST_VERSION = 1;

/** How often one question starts again because other questions changed its thread. */
const MAX_TRIES = 10;

/** What is asked, of people or of a plugin. */
export type Asked = FeedbackRequested & { readonly plugin?: PluginTurn | undefined };

/** The ports that storing a question needs. */
export type StorePorts = Pick<
  Ports,
  | "requests"
  | "executionRecords"
  | "history"
  | "lists"
  | "bus"
  | "ids"
  | "clock"
  | "log"
  | "notifyAfterSeconds"
>;

/** Stores a question once, before anybody sees it. `entry` is missing if it was stored before. */
export async function store(
  ports: StorePorts,
  id: RequestId,
  execution: string,
  asked: Asked,
  envelope: Envelope,
): Promise<{ readonly request: FeedbackRequest; readonly entry?: LedgerEntry }> {
  const { time: askedAt } = envelope;
  const { subject, thread } = asked;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    // The record is written first, because a question is stored only once.
    const [stored, head, record] = await Promise.all([
      ports.requests.read(id),
      ports.requests.readThread({ execution, subject, thread }),
      recordExecution(ports, executionFacts(execution, asked), envelope),
    ]);
    checkSubject(envelope, "taskToken", stored?.subject);
    if (stored) return { request: stored };
    const current = head && (await ports.requests.read(head.requestId));
    const now = ports.clock.now();
    const digest = digestOf(ports, asked);
    const { notifyAfterSeconds } = ports;
    const asking = decideAsk(asked, {
      id,
      execution,
      askedAt,
      now,
      digest,
      notifyAfterSeconds,
      head,
      current,
      record,
    });
    const outcome = await ports.requests.ask(asking);
    if (outcome !== "stored") continue;
    if (asking.request.deadline === undefined) ports.log.metric("requests_without_deadline", 1);
    const superseded = asking.supersedes?.request;
    if (superseded) await ports.bus.put(changeEvents(superseded));
    return { request: asking.request, entry: asking.ledger };
  }
  throw new Error(`thread ${asked.thread} changed ${MAX_TRIES} times while a question was stored`);
}

/** Identifies what is shown of a question, as one short text: an answer to something else is refused. */
const digestOf = (
  { ids }: Pick<Ports, "ids">,
  { prompt, candidates, schema, round }: FeedbackRequested,
): string => ids.hash(JSON.stringify([prompt, candidates ?? [], schema ?? null, round]));

/** What a question shows about its execution: the subject, and that it runs again. */
function executionFacts(execution: string, { subject, order }: FeedbackRequested) {
  const redrive = order?.[0] ?? 0;
  return defined({ execution, subject, redrive: redrive > 0 ? { number: redrive } : undefined });
}

/** The input to the decision about a new question. */
interface AskContext {
  readonly id: RequestId;
  readonly execution: string;
  /** When the event was put, in milliseconds: the wait began then or a moment before. */
  readonly askedAt: number;
  readonly now: number;
  readonly digest: string;
  /** The deployment's default, for a question that does not set it. */
  readonly notifyAfterSeconds: number | undefined;
  readonly head: ThreadHead | undefined;
  /** The request that the thread's head names. */
  readonly current: FeedbackRequest | undefined;
  readonly record: ExecutionRecord | undefined;
}

/**
 * Decides how a question begins. Open, if it is the newest of its thread; the one before it is then superseded.
 * Superseded, if a newer one came first. Withdrawn, if its run of the execution has already ended.
 */
function decideAsk(asked: Asked, context: AskContext): Asking {
  const { id, execution, head, current, now } = context;
  const { subject, thread, round } = asked;
  const order = asked.order ?? [0, round, 0];
  const newest = !head || compareOrders(order, head.order) >= 0;
  const supersedes = newest && current?.status.state === "open";
  const sharing = sharingOf(order, context, supersedes);
  const request = newRequest(asked, order, bornAs(newest, order, context), sharing, context);
  return defined({
    request,
    taskToken: asked.taskToken,
    ledger: defined({
      n: FIRST_VERSION,
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
    supersedes: supersedes ? decideSupersession(current, id, now) : undefined,
  });
}

/** It never decreases while the order stays the same, so that warnings made from it have an order. */
function sharingOf(
  order: readonly number[],
  { head, current }: AskContext,
  supersedes: boolean,
): number | undefined {
  if (!head || compareOrders(order, head.order) !== 0) return undefined;
  return (current?.sharing ?? 0) + (supersedes ? 1 : 0) || undefined;
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
  asked: Asked,
  order: readonly number[],
  status: RequestStatus,
  sharing: number | undefined,
  { id, execution, askedAt, now, digest, ...context }: AskContext,
): FeedbackRequest {
  const { candidates = [], escalate } = asked;
  const after = (delaySeconds: number | undefined) =>
    delaySeconds === undefined ? undefined : askedAt + seconds(delaySeconds);
  const timeoutAt = after(asked.timeoutSeconds);
  // A plugin may use all of its time: no default answers in its place.
  const latest = asked.plugin ? timeoutAt : timeoutAt && latestDeadline(askedAt, timeoutAt);
  // The earlier of the requested time and what the state's timeout allows.
  const deadline = Math.min(latest ?? Infinity, after(asked.deadlineSeconds) ?? Infinity);
  const probe = probeEveryMs(asked.heartbeatSeconds);
  const notifyAfterSeconds = asked.notifyAfterSeconds ?? context.notifyAfterSeconds;
  return defined({
    id,
    plugin: asked.plugin,
    subject: asked.subject,
    thread: asked.thread,
    round: asked.round,
    order,
    sharing,
    execution,
    title: asked.title,
    prompt: asked.prompt,
    lang: asked.lang,
    labels: asked.labels && defined(asked.labels),
    verbs: asked.verbs,
    candidates: candidates.map((candidate) => candidate.id),
    schema: asked.schema,
    assignees: asked.assignees,
    maxRounds: asked.maxRounds,
    default: asked.default,
    askedAt,
    timeoutAt,
    deadline: deadline === Infinity ? undefined : deadline,
    digest,
    notifyAfterMs: notifyAfterSeconds === undefined ? undefined : seconds(notifyAfterSeconds),
    notifyAt: after(notifyAfterSeconds),
    remindAt: after(asked.remindAfterSeconds),
    escalate: escalate && { at: askedAt + seconds(escalate.afterSeconds), to: escalate.to },
    probeEveryMs: probe,
    probeAt: askedAt + probe,
    status,
    version: FIRST_VERSION,
    last: "asked",
    changedAt: now,
    announced: 0,
  });
}
