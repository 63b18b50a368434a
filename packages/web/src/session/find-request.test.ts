import { expect, it } from "vitest";
import { readHttp } from "../http/reading.ts";
import { findRequest } from "./find-request.ts";

const requestId = "req_0123456789";
const answering = (answer: () => Response | Promise<Response>) => {
  const calls: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    calls.push({ url: String(input), init });
    return answer();
  };
  const read = readHttp("http://api", async () => "jwt", fetch);
  return { calls, find: () => findRequest(read, requestId) };
};

it("finds the subject of a question with the token in the header", async () => {
  const { find, calls } = answering(() => Response.json({ request: { subject: "order/7" }, candidates: [] }));
  expect(await find()).toEqual({ kind: "found", subject: "order/7" });
  expect(calls).toMatchObject([
    { url: `http://api/requests/${requestId}`, init: { headers: { authorization: "Bearer jwt" } } },
  ]);
});

it.each([400, 403, 404])("treats the status %i as unknown", async (status) => {
  const { find } = answering(() => Response.json({ error: {} }, { status }));
  expect(await find()).toEqual({ kind: "unknown" });
});

it.each([
  ["no network", () => Promise.reject(new TypeError("fetch failed"))],
  ["an error of the server", () => Response.json({}, { status: 500 })],
  ["an error page", () => new Response("<html>")],
  ["an answer of another shape", () => Response.json({ request: { subject: 7 } })],
])("may ask again after %s", async (_, answer) => {
  expect(await answering(answer).find()).toEqual({ kind: "unreachable" });
});
