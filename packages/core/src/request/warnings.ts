import type { WarningValue } from "@callboard/protocol";
import {
  drop,
  type Entries,
  type Known,
  type Proposal,
  propose,
  remove,
  version,
} from "../channel/change.ts";
import { executionId } from "../execution.ts";
import type { FeedbackRequest } from "./request.ts";

/** Entries that warn a request's owners, or remove a warning. */
export const warningProposals = (request: FeedbackRequest): Proposal[] => [
  deadlineWarning(request),
  ...(request.sharing ? [sharingWarning(request, request.sharing)] : []),
];

/** A question without any end is asked nevertheless, and its owners are warned until it is closed. */
function deadlineWarning(request: FeedbackRequest): Proposal {
  const key = `warning/${request.id}`;
  if (request.deadline !== undefined || request.status.state !== "open")
    return remove(key, version(request.version), request.changedAt);
  const message = "The question has neither a deadline nor a timeout: without an answer it waits for ever.";
  const value: WarningValue = { requestId: request.id, code: "no_deadline", message };
  return propose(key, value, version(request.version), request.changedAt);
}

/** Warnings of one execution that one change removes. */
const MAX_WARNINGS = 20;

/** Removes the warnings of an execution that has ended. */
export const warningsOver = (entries: Entries, execution: string, at: number): Proposal[] =>
  [...entries.values()]
    .filter(({ key, value }) => key.startsWith(`warning/${execution}/`) && value !== null)
    .slice(0, MAX_WARNINGS)
    .map(({ key }) => drop(key, at));

/**
 * Questions of one thread and order supersede each other, which is never intended. Their owners are warned, with the
 * newest open one, until the execution ends.
 */
function sharingWarning(request: FeedbackRequest, sharing: number): Proposal {
  const { thread, order, status, changedAt: at } = request;
  const execution = executionId(request.execution);
  const key = `warning/${execution}/${thread}`;
  const message = `Questions of the thread “${thread}” take each other’s place, and only the newest can be answered. In a Map give each item a thread of its own, and in a Retry say which is newer by “order”.`;
  const value: WarningValue = { requestId: request.id, execution, thread, code: "shared_thread", message };
  if (status.state === "open") return propose(key, value, version(...order, sharing), at);
  const isOver = status.state === "withdrawn" && status.reason.startsWith("execution_");
  const isMeant = (current: Known | undefined) =>
    isOver && (current?.value as WarningValue | null | undefined)?.requestId === request.id;
  return { key, at, fold: (current) => (isMeant(current) ? drop(key, at).fold(current) : undefined) };
}
