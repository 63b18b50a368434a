import { requestRoutes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { lastWord } from "./last-word.ts";

function said(httpUrl: string | undefined, token: () => Promise<string>) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (url: unknown, init?: RequestInit) => {
    requests.push({ url: String(url), init });
    throw new TypeError("the page is gone");
  };
  return { requests, word: lastWord(httpUrl, token, fetch as typeof globalThis.fetch) };
}

const reply = { requestId: "req_1", replyId: "rpl_1", round: 1, verb: "approve" };
const url = "https://abc.execute-api.us-east-1.amazonaws.com";

it("sends a reply that outlives the page, without waiting for anything", async () => {
  const { word, requests } = said(url, async () => "jwt");
  word.prepare();
  await Promise.resolve();
  word.send(reply);
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

it("says nothing where there is no address, and where there is no token", async () => {
  const signedOut = async (): Promise<string> => {
    throw new Error("signed out");
  };
  for (const [address, token] of [
    [undefined, async () => "jwt"],
    [url, signedOut],
  ] as const) {
    const { word, requests } = said(address, token);
    word.prepare();
    await Promise.resolve();
    word.send(reply);
    expect(requests).toEqual([]);
  }
});
