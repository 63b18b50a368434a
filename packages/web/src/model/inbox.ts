import type { ReceiptValue } from "@callboard/protocol";
import { actionText, reasonText, said, subjectName } from "./words.ts";

const outcomes: Record<ReceiptValue["status"], string> = {
  accepted: "it was accepted and is on its way to the workflow",
  relayed: "the workflow has the answer",
  undeliverable: "the workflow did not get the answer",
  unconfirmed: "whether the workflow got the answer could not be found out",
};

/** A receipt in plain words: "You chose a proposal for v_1: the workflow has the answer." */
export function receiptText(receipt: ReceiptValue, name: string = subjectName(receipt.subject)): string {
  const thread = receipt.thread === undefined ? "" : `, ${said(receipt.thread)}`;
  const told = `You ${actionText(receipt.verb)} for ${said(name)}${thread}: ${outcomes[receipt.status]}.`;
  return `${told} ${reasonText(receipt.reason)}`.trim();
}

/** The receipts whose status is another than in `before`. */
export function changedReceipts(
  before: ReadonlyMap<string, string>,
  receipts: readonly ReceiptValue[],
): ReceiptValue[] {
  return receipts.filter((receipt) => before.get(receipt.replyId) !== receipt.status);
}
