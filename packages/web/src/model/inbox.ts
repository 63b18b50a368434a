import { InboxRequestValue, ReceiptValue, type RequestId } from "@callboard/protocol";
import { fittingFields, type Items, type Reading, readUnder } from "./items.ts";
import { actionText, reasonText, said, subjectName } from "./words.ts";

/** What is wanted of somebody, over all of their inboxes: each question once, those reminded of first, then the most urgent. */
export function wantedOf(inboxes: readonly Items[]): InboxRequestValue[] {
  const requests = new Map<string, InboxRequestValue>();
  for (const items of inboxes) {
    const { fits, misfits } = readUnder(items, "request/", InboxRequestValue);
    for (const { value } of fits) requests.set(value.requestId, value);
    for (const { key, value, at } of misfits) {
      const request = mend(key, value, at);
      if (!requests.has(request.requestId)) requests.set(request.requestId, request);
    }
  }
  return [...requests.values()].sort(
    (a, b) =>
      Number(b.remindedAt !== undefined) - Number(a.remindedAt !== undefined) ||
      (a.deadline ?? Infinity) - (b.deadline ?? Infinity) ||
      a.askedAt - b.askedAt,
  );
}

/** As much of a line as can be read; without a subject it leads nowhere. */
const mend = (key: string, value: unknown, at: number): InboxRequestValue => ({
  subject: "" as InboxRequestValue["subject"],
  thread: "",
  round: 1,
  prompt: "",
  askedAt: at,
  ...fittingFields<InboxRequestValue>(InboxRequestValue.shape, value),
  requestId: key.slice("request/".length) as RequestId,
});

/** What became of one's replies, over all inboxes, the newest first; and what cannot be read of that. */
export function receiptsOf(inboxes: readonly Items[]): {
  receipts: ReceiptValue[];
  misfits: Reading<ReceiptValue>["misfits"];
} {
  const receipts = new Map<string, ReceiptValue>();
  const readings = inboxes.map((items) => readUnder(items, "receipt/", ReceiptValue));
  for (const { fits } of readings) for (const { value } of fits) receipts.set(value.replyId, value);
  return {
    receipts: [...receipts.values()].sort((a, b) => b.at - a.at),
    misfits: readings.flatMap(({ misfits }) => misfits),
  };
}

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
