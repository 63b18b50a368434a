import { InboxRequestValue, ReceiptValue } from "@callboard/protocol";
import { type Items, valuesUnder } from "./items.ts";
import { actionText, reasonText, subjectName } from "./words.ts";

/** What is wanted of somebody, over all of their inboxes: each question once, those reminded of first, then the most urgent. */
export function wantedOf(inboxes: readonly Items[]): InboxRequestValue[] {
  const requests = new Map<string, InboxRequestValue>();
  for (const items of inboxes)
    for (const { value } of valuesUnder(items, "request/", InboxRequestValue))
      requests.set(value.requestId, value);
  return [...requests.values()].sort(
    (a, b) =>
      Number(b.remindedAt !== undefined) - Number(a.remindedAt !== undefined) ||
      (a.deadline ?? Infinity) - (b.deadline ?? Infinity) ||
      a.askedAt - b.askedAt,
  );
}

/** What became of one's replies, over all inboxes: the newest first. */
export function receiptsOf(inboxes: readonly Items[]): ReceiptValue[] {
  const receipts = new Map<string, ReceiptValue>();
  for (const items of inboxes)
    for (const { value } of valuesUnder(items, "receipt/", ReceiptValue)) receipts.set(value.replyId, value);
  return [...receipts.values()].sort((a, b) => b.at - a.at);
}

const outcomes: Record<ReceiptValue["status"], string> = {
  accepted: "it was accepted and is on its way to the workflow",
  relayed: "the workflow has the answer",
  undeliverable: "the workflow did not get the answer",
  unconfirmed: "whether the workflow got the answer could not be found out",
};

/** A receipt in plain words: "You chose a proposal for v_1: the workflow has the answer." */
export function receiptText(receipt: ReceiptValue, name: string = subjectName(receipt.subject)): string {
  const told = `You ${actionText(receipt.verb)} for ${name}: ${outcomes[receipt.status]}.`;
  return `${told} ${reasonText(receipt.reason)}`.trim();
}

/** The receipts whose status is another than in `before`. */
export function changedReceipts(
  before: ReadonlyMap<string, string>,
  receipts: readonly ReceiptValue[],
): ReceiptValue[] {
  return receipts.filter((receipt) => before.get(receipt.replyId) !== receipt.status);
}
