import {
  type Asking,
  days,
  dueOf,
  type FeedbackRequest,
  isClosed,
  type LedgerEntry,
  type Principal,
  type RequestId,
  type RequestNote,
  type ThreadHead,
} from "@callboard/core";
import { TTL } from "./definition.ts";
import {
  askedKey,
  assigneeKey,
  duePartitionKey,
  duePartitionOf,
  type Key,
  ledgerKey,
  requestKey,
  threadKey,
  tokenKey,
} from "./keys.ts";
import { type Row, ttlAt } from "./table.ts";

/** A closed request is kept this long. */
const keptMs = days(90);
/** Without a timeout a wait ends with its execution, after a year at most. */
const longestWaitMs = days(366);

const endOfWait = (request: FeedbackRequest): number => request.timeoutAt ?? request.askedAt + longestWaitMs;

/** The attributes that put a request into the index `due`; none when nothing is due. */
function dueAttributes(request: FeedbackRequest): { duePk?: string; due?: number } {
  const due = dueOf(request);
  return due === undefined ? {} : { duePk: duePartitionKey(duePartitionOf(request.id)), due };
}

/**
 * A request's row. The request is JSON text, since schemas and answers may hold what DynamoDB's maps cannot; what
 * conditions and indexes name stands beside it once more.
 */
export function requestRow(request: FeedbackRequest): Row & Key {
  const { status, version, announced, probeAt } = request;
  return {
    ...requestKey(request.id),
    request: JSON.stringify(request),
    state: status.state,
    version,
    announced,
    probeAt,
    ...(status.state === "answered" ? { relayAt: status.relayAt } : {}),
    ...dueAttributes(request),
    ...(isClosed(request) ? { [TTL]: ttlAt(request.changedAt, keptMs) } : {}),
  };
}

/** Reads a request's row. */
export const requestOf = (row: Row): FeedbackRequest => JSON.parse(row.request as string);

/** The request with a note made on it. */
export function noteOn(request: FeedbackRequest, note: RequestNote): FeedbackRequest {
  const { status } = request;
  return {
    ...request,
    announced: Math.max(request.announced, note.announced ?? 0),
    probeAt: note.probeAt ?? request.probeAt,
    status:
      note.relay && status.state === "answered"
        ? { ...status, relayAt: note.relay.at, attempts: note.relay.attempts }
        : status,
  };
}

/** The token row of a question; it expires a day after the wait. */
export function tokenRow({ request, taskToken }: Asking): Row & Key {
  return {
    ...tokenKey(request.id),
    token: taskToken,
    [TTL]: ttlAt(endOfWait(request), request.timeoutAt === undefined ? 0 : days(1)),
  };
}

/** One row an assignee, for as long as the request is open. */
export function assigneeRows(request: FeedbackRequest, assignees: readonly Principal[]): (Row & Key)[] {
  return [...new Set(assignees)].map((principal) => ({
    ...assigneeKey(request.id, principal),
    principal,
    askedAt: request.askedAt,
    [TTL]: ttlAt(endOfWait(request), keptMs),
  }));
}

export function ledgerRow(request: FeedbackRequest, entry: LedgerEntry): Row & Key {
  const { n, at, what } = entry;
  const entryText = JSON.stringify(entry);
  return {
    ...ledgerKey(request.id, n),
    at,
    what,
    entry: entryText,
    [TTL]: ttlAt(endOfWait(request), keptMs),
  };
}

/** Finds a request by its execution. */
export const askedRow = (request: FeedbackRequest): Row & Key => ({
  ...askedKey(request.execution, request.askedAt, request.id),
  requestId: request.id,
  [TTL]: ttlAt(endOfWait(request), keptMs),
});

export const ledgerEntryOf = (row: Row): LedgerEntry => JSON.parse(row.entry as string);

export function threadRow(head: ThreadHead, request: FeedbackRequest): Row & Key {
  const { execution, thread, requestId, order } = head;
  const key = threadKey(execution, thread);
  return { ...key, execution, thread, requestId, order, [TTL]: ttlAt(endOfWait(request), keptMs) };
}

export function threadHeadOf(row: Row): ThreadHead {
  const { execution, thread, requestId, order } = row;
  return {
    execution: execution as string,
    thread: thread as string,
    requestId: requestId as RequestId,
    order: order as number[],
  };
}
