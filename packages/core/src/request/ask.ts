import {
  BadEvent,
  type DefaultReply,
  defined,
  type FeedbackRequested,
  limits,
  lostNumber,
  type RequestId,
  seconds,
} from "@callboard/protocol";
import { isReserved, reservedRule } from "../access/principal.ts";
import { askedBefore, checkSubject, type Envelope, executionOf } from "../execution.ts";
import { recordExecution } from "../execution-record.ts";
import type { Asking, ExecutionRecord, Ports, ThreadHead } from "../ports/index.ts";
import { latestDeadline, probeEveryMs } from "./agenda.ts";
import { announce } from "./announce.ts";
import { fitQuestion } from "./fit-question.ts";
import { decideSupersession } from "./lifecycle.ts";
import { isAnswerable, type Question, replyIssues, schemaToFit } from "./reply-rules.ts";
import { compareOrders, type FeedbackRequest, type LedgerEntry, type RequestStatus } from "./request.ts";
import { candidateProposals, shownCandidates, titleProposal } from "./values.ts";

/** The version that a question is born with. */
const firstVersion = 1;

/** Races with other questions of the same thread that one question takes up. */
const mostTries = 10;

/**
 * Feedback Requested: the question is a row before anyone sees it. The same event again stores nothing, and is told
 * again.
 */
export async function ask(ports: Ports, told: FeedbackRequested, envelope: Envelope): Promise<void> {
  const execution = executionOf(envelope, told);
  const asked = fitQuestion(told);
  await check(ports, asked);
  const id: RequestId = `req_${ports.ids.hash(asked.taskToken)}`;
  const { request, entry } = await store(ports, id, execution, asked, envelope);
  const { thread, round, title, candidates = [] } = asked;
  const more = [
    ...candidateProposals({ thread, round, requestId: id }, candidates, envelope.time),
    ...(title === undefined ? [] : [titleProposal(title, envelope.time)]),
  ];
  await announce(ports, id, firstVersion, { request, entry, more });
}

/** Throws `BadEvent` for a question that nobody could answer, or that would answer itself as nobody could. */
async function check(ports: Pick<Ports, "schemas">, asked: FeedbackRequested): Promise<void> {
  const { candidates = [], taskToken: _, ...question } = asked;
  const ids = candidates.map((candidate) => candidate.id);
  checkAssignees(asked);
  checkNumbers("schema", asked.schema);
  checkNumbers("default.value", asked.default?.value);
  const fault = asked.schema && (await ports.schemas.fault(asked.schema));
  if (fault) throw new BadEvent(fault);
  const answered = { ...question, candidates: ids };
  if (!isAnswerable(answered))
    throw new BadEvent(
      `verbs: round ${asked.round} of ${asked.maxRounds} is the last, and nothing else is offered`,
    );
  if (asked.default) await checkDefault(ports, answered, asked.default);
}

/** What comes with an event was read before: a number that cannot have been kept as it was written is no answer. */
function checkNumbers(field: string, value: unknown): void {
  const isLost = (one: unknown) =>
    typeof one === "number" && (!Number.isFinite(one) || Math.abs(one) > Number.MAX_SAFE_INTEGER);
  const rest: [string, unknown][] = [[field, value]];
  for (let one = rest.pop(); one; one = rest.pop()) {
    const [path, held] = one;
    if (isLost(held)) throw new BadEvent(`${path}: ${lostNumber}`);
    if (typeof held === "object" && held !== null)
      rest.push(
        ...Object.entries(held).map(([name, inner]): [string, unknown] => [`${path}.${name}`, inner]),
      );
  }
}

function checkAssignees({ assignees, escalate }: FeedbackRequested): void {
  const to = escalate?.to ?? [];
  if (assignees.length + to.length > limits.assignees)
    throw new BadEvent(`escalate.to: with the assignees over ${limits.assignees}`);
  for (const [field, principals] of Object.entries({ assignees, "escalate.to": to })) {
    const at = principals.findIndex(isReserved);
    if (at >= 0) throw new BadEvent(`${field}.${at}: ${reservedRule}`);
  }
}

/** A default is held to what a person's reply is held to. */
async function checkDefault(
  { schemas }: Pick<Ports, "schemas">,
  question: Question,
  given: DefaultReply,
): Promise<void> {
  const schema = schemaToFit(question, given);
  const issues = replyIssues(question, given, schema ? await schemas.issues(schema, given.value) : []);
  if (issues.length > 0) throw new BadEvent(issues.map((issue) => `default.${issue}`).join("; "));
}

async function store(
  ports: Ports,
  id: RequestId,
  execution: string,
  asked: FeedbackRequested,
  envelope: Envelope,
): Promise<{ readonly request: FeedbackRequest; readonly entry?: LedgerEntry }> {
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
    if (superseded)
      await ports.bus.put([
        { type: "Request Changed", requestId: superseded.id, version: superseded.version },
      ]);
    return { request: asking.request, entry: asking.ledger };
  }
  throw new Error(`thread ${asked.thread} changed ${mostTries} times while a question was stored`);
}

/** What is shown of a question, as one short text: what is answered to another one is refused. */
const digestOf = (
  { ids }: Pick<Ports, "ids">,
  { prompt, candidates, schema, round }: FeedbackRequested,
): string => ids.hash(JSON.stringify([prompt, candidates ?? [], schema ?? null, round]));

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
  readonly digest: string;
  /** The deployment's, for a question that does not say it. */
  readonly notifyAfterSeconds: number | undefined;
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
  const supersedes = newest && current?.status.state === "open";
  const sharing = sharingOf(order, context, supersedes);
  const request = newRequest(asked, order, bornAs(newest, order, context), sharing, context);
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
    supersedes: supersedes ? decideSupersession(current, id, now) : undefined,
  });
}

/** It never falls while the order stays, so that what is told of it has an order of its own. */
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
  asked: FeedbackRequested,
  order: readonly number[],
  status: RequestStatus,
  sharing: number | undefined,
  { id, execution, askedAt, now, digest, ...context }: AskContext,
): FeedbackRequest {
  const { candidates = [], escalate } = asked;
  const after = (delaySeconds: number | undefined) =>
    delaySeconds === undefined ? undefined : askedAt + seconds(delaySeconds);
  const timeoutAt = after(asked.timeoutSeconds);
  const latest = timeoutAt === undefined ? Infinity : latestDeadline(askedAt, timeoutAt);
  // The earlier of what was asked for and what the state's timeout leaves.
  const deadline = Math.min(latest, after(asked.deadlineSeconds) ?? Infinity);
  const probe = probeEveryMs(asked.heartbeatSeconds);
  const notifyAfterSeconds = asked.notifyAfterSeconds ?? context.notifyAfterSeconds;
  return defined({
    id,
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
    version: firstVersion,
    last: "asked",
    changedAt: now,
    announced: 0,
  });
}
