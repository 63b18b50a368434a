import { type ReplyReceipt, refusalStatus } from "@callboard/protocol";
import { type HttpAnswer, httpResult, retryAfter } from "../http/http-handler.ts";

/** What became of a reply, over HTTP: one that was refused is never a 200. */
export function received(receipt: ReplyReceipt): HttpAnswer {
  if (receipt.status === "accepted" || receipt.code === undefined) return httpResult(200, receipt);
  const wait = receipt.details?.retryAfterMs;
  return httpResult(refusalStatus[receipt.code], receipt, typeof wait === "number" ? retryAfter(wait) : {});
}
