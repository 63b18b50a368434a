import {
  type Candidate,
  type CandidateValue,
  cutBytes,
  cutText,
  defined,
  fnv1a,
  type InboxRequestValue,
  isRequestId,
  jsonBytes,
  limits,
  type ReceiptValue,
  type RecordedReply,
  type RequestId,
  type RequestValue,
  type WaitingValue,
} from "@callboard/protocol";
import { type Known, type Proposal, propose, version } from "../channel/change.ts";
import { executionId } from "../execution.ts";
import { closedAt, type FeedbackRequest, replyOf, type ShownCandidate } from "./request.ts";

/** A text that is cut keeps at least this many bytes as JSON. */
const MIN_TEXT_BYTES = 200;

const shorter = (text: string, over: number): string =>
  cutBytes(text, Math.max(MIN_TEXT_BYTES, jsonBytes(text) - over));

/** What is left out of a request to save space, step by step; `over` is by how many bytes it is too large. */
const shortenings: readonly ((value: RequestValue, over: number) => Partial<RequestValue>)[] = [
  ({ reply }) => ({ reply: reply && { ...reply, value: undefined } }),
  ({ reply }, over) => ({
    reply: reply && { ...reply, comment: reply.comment && shorter(reply.comment, over) },
  }),
  () => ({ schema: undefined }),
  () => ({ labels: undefined }),
  ({ default: given }) => ({ default: given && { verb: given.verb } }),
  ({ prompt }, over) => ({ prompt: shorter(prompt, over) }),
];

/**
 * The request as its owners and assignees see it, within a limit of bytes as JSON. What does not fit is only in the
 * ledger: the reply's value and comment are left out first, then texts and rules of the question.
 */
export function requestValue(request: FeedbackRequest, most: number = limits.valueBytes): RequestValue {
  const { status } = request;
  const reply = replyOf(request);
  let value: RequestValue = defined({
    requestId: request.id,
    subject: request.subject,
    thread: request.thread,
    round: request.round,
    title: request.title,
    prompt: request.prompt,
    lang: request.lang,
    labels: request.labels,
    verbs: request.verbs.slice(),
    candidates: request.candidates.slice(),
    schema: request.schema,
    assignees: request.assignees.slice(),
    maxRounds: request.maxRounds,
    execution: executionId(request.execution),
    askedAt: request.askedAt,
    deadline: request.deadline,
    default: request.default,
    seenAt: request.seenAt,
    remindedAt: request.remindedAt,
    digest: request.digest,
    state: status.state,
    reply,
    reason: "reason" in status ? status.reason : undefined,
    supersededBy: status.state === "superseded" ? status.by : undefined,
  });
  for (const shorten of shortenings) {
    const over = jsonBytes(value) - most;
    if (over <= 0) break;
    value = defined({ ...value, ...shorten(value, over) });
  }
  return value;
}

/** The key of a request, in its subject's `work:` channel and in inboxes. */
export const requestKey = (id: RequestId): string => `request/${id}`;

/**
 * The entry of a request in its subject's `work:` channel. A closed one that was removed to make room is not added
 * again.
 */
export const requestProposal = (request: FeedbackRequest): Proposal => ({
  key: requestKey(request.id),
  at: request.changedAt,
  fold: (current) =>
    current?.value === null && closedAt(request) !== undefined
      ? undefined
      : { value: requestValue(request), version: version(request.version) },
});

/**
 * The entry that replaces the one that is shown; not larger than that one, if the request no longer waits for an
 * answer.
 */
export const replacementProposal = (request: FeedbackRequest): Proposal => ({
  ...requestProposal(request),
  fold: (current) => {
    if (!current || current.value === null) return undefined;
    const most = request.status.state === "open" ? limits.valueBytes : jsonBytes(current.value);
    return { value: requestValue(request, most), version: version(request.version) };
  },
});

/** However long the title is, a prompt in an inbox keeps at least this many bytes as JSON. */
const MIN_PROMPT_BYTES = 120;

/**
 * The request as a line in an inbox, at most 512 bytes: a long prompt is cut, then the title, then the whole prompt is
 * dropped.
 */
function inboxValue(request: FeedbackRequest): InboxRequestValue {
  const { id: requestId, subject, thread, round, askedAt, deadline, remindedAt, lang } = request;
  const about = defined({ requestId, subject, thread, round, lang, askedAt, deadline, remindedAt });
  const empty = request.title === undefined ? { prompt: "" } : { title: "", prompt: "" };
  // Empty texts are measured with their quotes, so only the characters count here.
  const room = limits.inboxSummaryBytes - jsonBytes({ ...about, ...empty }) + 2 * Object.keys(empty).length;
  const titleRoom = room - Math.min(jsonBytes(request.prompt), MIN_PROMPT_BYTES);
  const cut = request.title && cutBytes(request.title, titleRoom);
  const title = cut && cut !== "…" ? cut : undefined;
  const prompt = cutBytes(request.prompt, room - (title ? jsonBytes(title) : 0));
  return defined({ ...about, title, prompt });
}

/** The request in the inboxes of its assignees, as long as it is open. */
export const inboxProposal = (request: FeedbackRequest): Proposal =>
  request.status.state === "open"
    ? propose(requestKey(request.id), inboxValue(request), version(request.version), request.changedAt)
    : removalProposal(request);

/**
 * Removes the request from an inbox. If it was removed before this version, nothing changes. If it was never there, a
 * later version leaves a removed key, so that a delayed older announcement does not add it.
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

/** What happened to a reply, for the person who gave it. */
function receiptValue(request: FeedbackRequest, reply: RecordedReply): ReceiptValue {
  const { status } = request;
  const final =
    status.state === "relayed" || status.state === "undeliverable" || status.state === "unconfirmed";
  return defined({
    replyId: reply.replyId,
    requestId: request.id,
    subject: request.subject,
    thread: request.thread,
    verb: reply.verb,
    via: reply.via,
    status: final ? status.state : "accepted",
    reason: "reason" in status ? status.reason : undefined,
    at: request.changedAt,
  });
}

/** The receipt in the inbox of the person who gave the reply. */
export const receiptProposal = (request: FeedbackRequest, reply: RecordedReply): Proposal =>
  propose(
    `receipt/${reply.replyId}`,
    receiptValue(request, reply),
    version(request.version),
    request.changedAt,
  );

/** The key of a subject's title. */
export const TITLE_KEY = "title";

/** The title of the subject of a question or report; the latest one counts. */
export const titleProposal = (title: string, at: number): Proposal =>
  propose(TITLE_KEY, { title }, version(at), at);

/** The key that shows that a subject waits. */
export const WAITING_KEY = "waiting";

/** Shows viewers that the subject waits, and until when; all requests of the subject share this key. */
export const waitingProposal = (request: FeedbackRequest): Proposal => ({
  key: WAITING_KEY,
  at: request.changedAt,
  fold: (current) => foldWaiting(current, request),
});

function foldWaiting(current: Known | undefined, request: FeedbackRequest) {
  const before = (current?.value as WaitingValue | null | undefined)?.requests ?? {};
  const { [request.id]: known, ...others } = before;
  const open = request.status.state === "open";
  const { thread, round, askedAt: since, deadline } = request;
  const isUpToDate = open ? known && known.deadline === deadline : !known;
  if (isUpToDate) return current && { value: current.value, version: current.version };
  const requests = open
    ? newestThatFit({ ...others, [request.id]: defined({ thread, round, since, deadline }) })
    : others;
  if (open && !requests[request.id] && current) return { value: current.value, version: current.version };
  const value: WaitingValue | null = Object.keys(requests).length > 0 ? { requests } : null;
  return { value, version: version(current ? Number(current.version) + 1 : 1) };
}

/** The newest of the questions that a subject waits for, as many as fit in one value. */
function newestThatFit(requests: WaitingValue["requests"]): WaitingValue["requests"] {
  if (jsonBytes({ requests }) <= limits.valueBytes) return requests;
  const newest = Object.entries(requests).sort(([, a], [, b]) => b.since - a.since);
  // Each needs a comma, which equals the braces that it is measured with.
  let room = limits.valueBytes - jsonBytes({ requests: {} });
  const fitting = newest.filter(([id, one]) => {
    room -= jsonBytes({ [id]: one }) - 1;
    return room >= 0;
  });
  return Object.fromEntries(fitting);
}

/** The round and thread of candidates, and the question with which they came or the source that proposed them. */
interface CandidatesOf {
  readonly thread: string;
  readonly round: number;
  readonly requestId?: RequestId | undefined;
  readonly source?: string | undefined;
  /** The source of the event, if it names no source itself. */
  readonly publisher?: string | undefined;
}

/** A short text that tells candidates of a question or of a source from others with the same ids. */
function byOf({ requestId, source, publisher }: CandidatesOf): string {
  const proposer = source ?? publisher;
  return requestId ?? (proposer === undefined ? "-" : fnv1a(proposer).toString(36));
}

/**
 * Candidates in their subject's `work:` channel. A candidate never changes once it was proposed; if it was removed to
 * make room, a new proposal is shown.
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
      return { value, version: version(Number.parseInt(current.version, 10) + 1) };
    },
  }));

/** The common prefix of the keys of a round's candidates. */
export const candidatesUnder = ({ thread, round }: Pick<CandidatesOf, "thread" | "round">): string =>
  `candidate/${thread}/${round}/`;

/** The key of one candidate of a round. */
export const candidateKey = (of: CandidatesOf, id: string): string =>
  `${candidatesUnder(of)}${byOf(of)}/${id}`;

/** Whether a candidate was proposed by a source, and did not come with a question. */
export const isProposed = ({ by }: CandidateValue): boolean => !isRequestId(by);

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

/** The most bytes of candidates in one row of the ledger, as JSON. */
const MAX_SHOWN_BYTES = 8 * 1024;

/**
 * Candidates as the ledger stores them, in at most 8 KB: if they are too large, all titles are cut to the same length.
 */
export function shownCandidates(candidates: readonly Candidate[]): ShownCandidate[] {
  for (let most = limits.titleLength as number; ; most = Math.floor(most / 2)) {
    const shown = candidates.map(({ id, title }) => ({ id, title: cutText(title, most) }));
    if (most === 0 || jsonBytes(shown) <= MAX_SHOWN_BYTES) return shown;
  }
}
