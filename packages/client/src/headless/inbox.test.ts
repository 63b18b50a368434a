import type { ReceiptValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { itemsOf } from "../testing/items.ts";
import { changedReceipts, receiptsOf, wantedOf } from "./inbox.ts";

const request = (requestId: string, deadline?: number) => ({
  [`request/${requestId}`]: {
    requestId,
    subject: "video/v_1",
    thread: "title",
    round: 1,
    prompt: "Which title?",
    askedAt: 1,
    ...(deadline === undefined ? {} : { deadline }),
  },
});
const receipt = (more: Partial<ReceiptValue> = {}): ReceiptValue => ({
  replyId: "r1",
  requestId: "req_aaaaaaaaaa",
  subject: "video/v_1",
  verb: "pick",
  status: "accepted",
  at: 5,
  ...more,
});

it("lists a question of two inboxes once, the most urgent first", () => {
  const mine = itemsOf({ ...request("req_aaaaaaaaaa"), ...request("req_bbbbbbbbbb", 50) });
  const editors = itemsOf(request("req_aaaaaaaaaa"));
  expect(wantedOf([mine, editors]).map((one) => one.requestId)).toEqual(["req_bbbbbbbbbb", "req_aaaaaaaaaa"]);
});

it("puts reminded questions before those that end sooner", () => {
  const reminded = {
    "request/req_cccccccccc": { ...request("req_cccccccccc", 90)["request/req_cccccccccc"], remindedAt: 5 },
  };
  const items = itemsOf({ ...request("req_bbbbbbbbbb", 50), ...reminded });
  expect(wantedOf([items]).map((one) => one.requestId)).toEqual(["req_cccccccccc", "req_bbbbbbbbbb"]);
});

it("keeps a line that is partly unreadable", () => {
  const broken = { ...request("req_aaaaaaaaaa")["request/req_aaaaaaaaaa"], deadline: 8.64e15 + 1 };
  expect(
    wantedOf([itemsOf({ "request/req_aaaaaaaaaa": broken, "request/req_bbbbbbbbbb": null })]),
  ).toMatchObject([
    { requestId: "req_aaaaaaaaaa", subject: "video/v_1", prompt: "Which title?", partial: true },
    { requestId: "req_bbbbbbbbbb", subject: "", prompt: "" },
  ]);
  expect(receiptsOf([itemsOf({ "receipt/r1": { at: "noon" } })]).unread).toEqual(["receipt/r1"]);
});

it("lists receipts with the newest first", () => {
  const items = itemsOf({ "receipt/r1": receipt(), "receipt/r2": receipt({ replyId: "r2", at: 9 }) });
  expect(receiptsOf([items]).receipts.map((one) => one.replyId)).toEqual(["r2", "r1"]);
});

it("notices a receipt whose status changed and no other", () => {
  const before = new Map([["r1", "accepted"]]);
  expect(changedReceipts(before, [receipt()])).toEqual([]);
  expect(changedReceipts(before, [receipt({ status: "relayed" })])).toHaveLength(1);
});
