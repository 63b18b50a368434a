import type { ReceiptValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { plain } from "../testing/plain.ts";
import { changedReceipts, receiptText } from "./inbox.ts";

const receipt = (more: Partial<ReceiptValue> = {}): ReceiptValue => ({
  replyId: "r1",
  requestId: "req_aaaaaaaaaa",
  subject: "video/v_1",
  verb: "pick",
  status: "accepted",
  at: 5,
  ...more,
});

it.each([
  ["accepted", undefined, "You chose a proposal for v_1: it was accepted and is on its way to the workflow."],
  ["relayed", undefined, "You chose a proposal for v_1: the workflow has the answer."],
  [
    "undeliverable",
    "The execution had ended",
    "You chose a proposal for v_1: the workflow did not get the answer. The execution had ended.",
  ],
] as const)("tells what became of an answer that is %s", (status, reason, text) => {
  const told = receiptText(receipt({ status, ...(reason === undefined ? {} : { reason }) }));
  expect(plain(told)).toBe(text);
});

it("notices a receipt whose status changed and no other", () => {
  const before = new Map([["r1", "accepted"]]);
  expect(changedReceipts(before, [receipt()])).toEqual([]);
  expect(changedReceipts(before, [receipt({ status: "relayed" })])).toHaveLength(1);
});
