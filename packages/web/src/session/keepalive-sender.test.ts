import { requestRoutes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { keepaliveSender } from "./keepalive-sender.ts";

const url = "https://abc.execute-api.us-east-1.amazonaws.com";

function said(token: () => Promise<string>) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (input: unknown, init?: RequestInit) => {
    requests.push({ url: String(input), init });
    throw new TypeError("the page is gone");
  };
  return { requests, sender: keepaliveSender(url, token, fetch as typeof globalThis.fetch) };
}

const reply = { requestId: "req_1", replyId: "rpl_1", round: 1, verb: "approve" };

it("sends a reply that outlives the page, without waiting for anything", async () => {
  const { sender, requests } = said(async () => "jwt");
  sender.prepare();
  await Promise.resolve();
  sender.send(reply);
  const { method, path } = requestRoutes.replyToRequest;
  expect(requests).toEqual([
    {
      url: `${url}${path.replace("{id}", "req_1")}`,
      init: {
        method,
        keepalive: true,
        headers: { authorization: "Bearer jwt", "content-type": "application/json" },
        body: '{"replyId":"rpl_1","round":1,"verb":"approve"}',
      },
    },
  ]);
});

it("sends nothing without a token", async () => {
  const { sender, requests } = said(async () => {
    throw new Error("signed out");
  });
  sender.prepare();
  await Promise.resolve();
  sender.send(reply);
  expect(requests).toEqual([]);
});
