import type { InboxRequestValue, ReceiptValue, RequestId } from "@callboard/protocol";
import { type Items, readUnder } from "./items.ts";
import { receipt, wanted } from "./values.ts";

/** A question that waits for the user, as a line of their inbox; times in milliseconds. */
export interface Wanted extends InboxRequestValue {
  /** Not all of it could be read; without a `subject` there is nothing to link to. */
  readonly partial: boolean;
}

/** The questions in all inboxes of a user: each once, those with a reminder first, then the most urgent. */
export function wantedOf(inboxes: readonly Items[]): Wanted[] {
  const requests = new Map<string, Wanted>();
  for (const { item, fields, whole } of inboxes.flatMap((items) => readUnder(items, prefix, wanted))) {
    const requestId = item.key.slice(prefix.length) as RequestId;
    const one = { ...unknown, askedAt: item.at, requestId, ...fields, partial: !whole };
    if (!whole) one.requestId = requestId;
    const known = requests.get(one.requestId);
    if (whole || !known) requests.set(one.requestId, one);
  }
  return [...requests.values()].sort(
    (a, b) =>
      Number(b.remindedAt !== undefined) - Number(a.remindedAt !== undefined) ||
      (a.deadline ?? Infinity) - (b.deadline ?? Infinity) ||
      a.askedAt - b.askedAt,
  );
}

const prefix = "request/";

const unknown = { subject: "" as InboxRequestValue["subject"], thread: "", round: 1, prompt: "" };

/** The receipts of all inboxes, the newest first, and the keys of those that cannot be read. */
export function receiptsOf(inboxes: readonly Items[]): { receipts: ReceiptValue[]; unread: string[] } {
  const receipts = new Map<string, ReceiptValue>();
  const unread: string[] = [];
  for (const { item, fields, whole } of inboxes.flatMap((items) => readUnder(items, "receipt/", receipt)))
    if (whole) receipts.set(fields.replyId!, fields as ReceiptValue);
    else unread.push(item.key);
  return { receipts: [...receipts.values()].sort((a, b) => b.at - a.at), unread };
}

/** The receipts whose status is not the same as in `before`. */
export function changedReceipts(
  before: ReadonlyMap<string, string>,
  receipts: readonly ReceiptValue[],
): ReceiptValue[] {
  return receipts.filter((receipt) => before.get(receipt.replyId) !== receipt.status);
}
