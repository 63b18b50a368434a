import {
  type AttendingValue,
  type Candidate,
  type CandidateValue,
  defined,
  fnv1a,
  type InboxRequestValue,
  jsonBytes,
  limits,
  type ReceiptValue,
  type RecordedReply,
  type RequestId,
  type RequestValue,
  type WaitingValue,
  type WarningValue,
} from "@callboard/protocol";
import { isNewsSince, type Known, type Proposal, propose, remove, version } from "../channel/change.ts";
import { executionId } from "../execution.ts";
import type { Attention } from "../ports/index.ts";
import { closedAt, type FeedbackRequest, replyOf, type ShownCandidate } from "./request.ts";

/** The request as its owners and assignees see it. A reply's value that would burst the item is left to the ledger. */
export function requestValue(request: FeedbackRequest): RequestValue {
  const { status } = request;
  const reply = replyOf(request);
  const value: RequestValue = defined({
    requestId: request.id,
    subject: request.subject,
    thread: request.thread,
    round: request.round,
    prompt: request.prompt,
    verbs: request.verbs.slice(),
    candidates: request.candidates.slice(),
    schema: request.schema,
    assignees: request.assignees.slice(),
    maxRounds: request.maxRounds,
    execution: executionId(request.execution),
    askedAt: request.askedAt,
    deadline: request.deadline,
    default: request.default,
    remindedAt: request.remindedAt,
    state: status.state,
    reply,
    reason: "reason" in status ? status.reason : undefined,
    supersededBy: status.state === "superseded" ? status.by : undefined,
  });
  if (!reply || jsonBytes(value) <= limits.valueBytes) return value;
  const { value: _, ...short } = reply;
  return { ...value, reply: short };
}

/** The key of a request, in its subject's `work:` channel and in inboxes. */
export const requestKey = (id: RequestId): string => `request/${id}`;

/** The request in its subject's `work:` channel. A closed one that was let go there, for want of room, stays away. */
export const requestProposal = (request: FeedbackRequest): Proposal => ({
  key: requestKey(request.id),
  at: request.changedAt,
  fold: (current) =>
    current?.value === null && closedAt(request) !== undefined
      ? undefined
      : { value: requestValue(request), version: version(request.version) },
});

/** The request as a line in an inbox, at most 512 bytes: a long prompt is cut. */
function inboxValue(request: FeedbackRequest): InboxRequestValue {
  const { id: requestId, subject, thread, round, askedAt, deadline, remindedAt } = request;
  const value: InboxRequestValue = defined({
    requestId,
    subject,
    thread,
    round,
    prompt: "",
    askedAt,
    deadline,
    remindedAt,
  });
  let prompt = request.prompt;
  while (jsonBytes({ ...value, prompt }) > limits.inboxSummaryBytes)
    prompt = `${[...prompt].slice(0, -8).join("")}…`;
  return { ...value, prompt };
}

/** The request in the inboxes of those it is put to: there while it is open. */
export const inboxProposal = (request: FeedbackRequest): Proposal =>
  request.status.state === "open"
    ? propose(requestKey(request.id), inboxValue(request), version(request.version), request.changedAt)
    : removalProposal(request);

/**
 * The request is no longer in an inbox. What was gone before this version stays as it is; where it never was, a later
 * version leaves a mark, to which an announcement that was overtaken loses.
 */
export function removalProposal(request: FeedbackRequest): Proposal {
  const own = version(request.version);
  const removed = { value: null, version: own };
  const fold = (current: Known | undefined) => {
    if (!current) return request.version > 1 ? removed : undefined;
    return current.value !== null || current.version === own ? removed : undefined;
  };
  return { key: requestKey(request.id), at: request.changedAt, fold };
}

/** What became of a reply, for the one who gave it. */
function receiptValue(request: FeedbackRequest, reply: RecordedReply): ReceiptValue {
  const { status } = request;
  const final =
    status.state === "relayed" || status.state === "undeliverable" || status.state === "unconfirmed";
  return defined({
    replyId: reply.replyId,
    requestId: request.id,
    subject: request.subject,
    verb: reply.verb,
    status: final ? status.state : "accepted",
    reason: "reason" in status ? status.reason : undefined,
    at: request.changedAt,
  });
}

/** The receipt in the inbox of the one who gave the reply. */
export const receiptProposal = (request: FeedbackRequest, reply: RecordedReply): Proposal =>
  propose(
    `receipt/${reply.replyId}`,
    receiptValue(request, reply),
    version(request.version),
    request.changedAt,
  );

/** A question that nothing will ever end is asked all the same, and its owners are warned until something does. */
export function warningProposal(request: FeedbackRequest): Proposal {
  const key = `warning/${request.id}`;
  if (request.deadline !== undefined || request.status.state !== "open")
    return remove(key, version(request.version), request.changedAt);
  const message = "The question has neither a deadline nor a timeout: without an answer it waits for ever.";
  const value: WarningValue = { requestId: request.id, code: "no_deadline", message };
  return propose(key, value, version(request.version), request.changedAt);
}

/** Viewers see that the subject waits, and until when; the key is shared by all requests of the subject. */
export const waitingProposal = (request: FeedbackRequest): Proposal => ({
  key: "waiting",
  at: request.changedAt,
  fold: (current) => foldWaiting(current, request),
});

function foldWaiting(current: Known | undefined, request: FeedbackRequest) {
  const before = (current?.value as WaitingValue | null | undefined)?.requests ?? {};
  const { [request.id]: known, ...others } = before;
  const open = request.status.state === "open";
  const { thread, round, askedAt: since, deadline } = request;
  const isTold = open ? known && known.deadline === deadline : !known;
  if (isTold) return current && { value: current.value, version: current.version };
  const requests = open ? { ...others, [request.id]: defined({ thread, round, since, deadline }) } : others;
  const value: WaitingValue | null = Object.keys(requests).length > 0 ? { requests } : null;
  return { value, version: version(current ? Number(current.version) + 1 : 1) };
}

/** What a request's attention makes of its subject's `work:` channel at this moment. */
export function attentionProposals(
  request: FeedbackRequest,
  attention: readonly Attention[],
  now: number,
): Proposal[] {
  const open = request.status.state === "open";
  return attention.map(({ user, state, at, until }) => {
    const key = attendingKey(request.id, user.id);
    const present = open && until > now && state !== "left";
    if (!present) return remove(key, version(at, 1), now);
    const value: AttendingValue = { requestId: request.id, user, state, at, until };
    return propose(key, value, version(at, 0), at);
  });
}

/** The key of what one person does about a request. */
export const attendingKey = (id: RequestId, userId: string): string => `attending/${id}/${userId}`;

/** Whose candidates they are: a round of a thread, and the question that they came with or who proposed them. */
interface CandidatesOf {
  readonly thread: string;
  readonly round: number;
  readonly requestId?: RequestId | undefined;
  readonly source?: string | undefined;
}

/** Tells the candidates of a question, and those of each source, apart from others with the same ids. */
const byOf = ({ requestId, source }: CandidatesOf): string =>
  requestId ?? (source === undefined ? "-" : fnv1a(source).toString(36));

/**
 * Candidates in their subject's `work:` channel. One is never changed once it was proposed; where it was let go, one that
 * was put on the bus since takes its place.
 */
export const candidateProposals = (
  of: CandidatesOf,
  candidates: readonly Candidate[],
  at: number,
): Proposal[] =>
  candidates.map((candidate) => ({
    key: candidateKey(of, candidate.id),
    at,
    fold(current) {
      const value = candidateValue(of, candidate);
      if (!current) return { value, version: version(1) };
      if (current.value !== null) return current;
      if (!isNewsSince(current.at, at)) return undefined;
      return { value, version: version(Number.parseInt(current.version, 10) + 1) };
    },
  }));

/** The key of one candidate of a round. */
export const candidateKey = (of: CandidatesOf, id: string): string =>
  `candidate/${of.thread}/${of.round}/${byOf(of)}/${id}`;

function candidateValue(of: CandidatesOf, candidate: Candidate): CandidateValue {
  const { thread, round, source } = of;
  const { id, title, description, ...more } = candidate;
  return defined({
    thread,
    round,
    by: byOf(of),
    id,
    source,
    title,
    description,
    more: Object.keys(more).length > 0 ? more : undefined,
  });
}

/** Bytes of the candidates in one row of the ledger, as JSON. */
const shownBytes = 8 * 1024;

/** Candidates as the ledger keeps them, in at most 8 KB: where they are more, every title is cut to the same length. */
export function shownCandidates(candidates: readonly Candidate[]): ShownCandidate[] {
  for (let most = limits.titleLength as number; ; most = Math.floor(most / 2)) {
    const shown = candidates.map(({ id, title }) => ({ id, title: cut(title, most) }));
    if (most === 0 || jsonBytes(shown) <= shownBytes) return shown;
  }
}

function cut(title: string, most: number): string {
  const letters = [...title];
  return letters.length <= most ? title : `${letters.slice(0, most).join("")}…`;
}
