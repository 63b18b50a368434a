import {
  type Asking,
  dueOf,
  type FeedbackRequest,
  isErased,
  type LedgerEntry,
  type ThreadHead,
} from "@callboard/core";
import type { Principal, RequestId, Subject } from "@callboard/protocol";
import {
  actedIndex,
  askedBeforeIndex,
  assigneeKey,
  duePartitionKey,
  duePartitionOf,
  executionIndex,
  type Key,
  ledgerKey,
  requestKey,
  threadKey,
  tokenKey,
} from "./keys.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { Row } from "./table.ts";

/** The attributes that put a request into the index `due`; none when nothing is due. */
function dueAttributes(request: FeedbackRequest): { duePk?: string; due?: number } {
  const due = dueOf(request);
  return due === undefined ? {} : { duePk: duePartitionKey("request", duePartitionOf(request.id)), due };
}

/**
 * A request's row. The request is JSON text, because schemas and answers may hold values that DynamoDB's maps cannot.
 * What conditions and indexes use is stored a second time as attributes.
 */
export function requestRow(request: FeedbackRequest, kept: Lifetimes): Row & Key {
  const { status, version, announced, published, probeAt, notifyAt } = request;
  return {
    ...requestKey(request.id),
    request: JSON.stringify(request),
    state: status.state,
    version,
    announced,
    published,
    probeAt,
    notifyAt,
    ...(status.state === "answered" ? { relayAt: status.relayAt } : {}),
    ...dueAttributes(request),
    ...kept.request(request),
  };
}

/** Reads a request's row. */
export const requestOf = (row: Row): FeedbackRequest => JSON.parse(row.request as string);

/** The token row of a question; it expires a day after the wait. */
export const tokenRow = ({ request, taskToken }: Asking, kept: Lifetimes): Row & Key => ({
  ...tokenKey(request.id),
  token: taskToken,
  ...kept.token(request),
});

/** One row for each assignee, while the request is open and assigned to them. */
export const assigneeRows = (request: FeedbackRequest, kept: Lifetimes): (Row & Key)[] =>
  [...new Set(request.assignees)]
    .filter((principal) => !isErased(principal))
    .map((principal) => ({
      ...assigneeKey(request.id, principal),
      principal,
      askedAt: request.askedAt,
      ...kept.request(request),
    }));

/** The row of a person who is no longer asked: only erasure finds it. None is kept for a role or an erased person. */
export function formerRow(
  request: FeedbackRequest,
  principal: Principal,
  kept: Lifetimes,
): (Row & Key) | undefined {
  if (!principal.startsWith("user/") || isErased(principal)) return undefined;
  return {
    ...assigneeKey(request.id, principal),
    principal: askedBeforeIndex(principal),
    askedAt: request.askedAt,
    ...kept.request(request),
  };
}

/** A self-contained row of the ledger; the index finds it by the person who acted, and the first row by the execution. */
export function ledgerRow(request: FeedbackRequest, entry: LedgerEntry, kept: Lifetimes): Row & Key {
  const { n, at, what, by, origin } = entry;
  const { execution, subject, thread } = request;
  return {
    ...ledgerKey(request.id, n),
    at,
    what,
    execution,
    subject,
    thread,
    entry: JSON.stringify(entry),
    ...(by && origin ? { principal: actedIndex(`user/${by.id}`), askedAt: at } : {}),
    ...(what === "asked" ? { principal: executionIndex(execution), askedAt: request.askedAt } : {}),
    ...kept.request(request),
  };
}

export const ledgerEntryOf = (row: Row): LedgerEntry => JSON.parse(row.entry as string);

export function threadRow(head: ThreadHead, request: FeedbackRequest, kept: Lifetimes): Row & Key {
  const { execution, subject, thread, requestId, order } = head;
  return { ...threadKey(head), execution, subject, thread, requestId, order, ...kept.request(request) };
}

export function threadHeadOf(row: Row): ThreadHead {
  const { execution, subject, thread, requestId, order } = row;
  return {
    execution: execution as string,
    subject: subject as Subject,
    thread: thread as string,
    requestId: requestId as RequestId,
    order: order as number[],
  };
}
