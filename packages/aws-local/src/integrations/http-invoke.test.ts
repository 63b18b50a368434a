import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { type IntegrationCall, NotServed } from "../states/integration.ts";
import { httpTasks } from "./http-invoke.ts";
import { callTask } from "./testing/call.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const connection = { ConnectionArn: "arn:aws:events:us-east-1:000000000000:connection/models/1" };
const clock = virtualClock();
const invoke = httpTasks({
  fetch,
  clock,
  connectionOf: (arn) =>
    arn === connection.ConnectionArn
      ? { headers: { Authorization: "Bearer key" }, query: { "api-version": "1" }, body: { team: "a" } }
      : undefined,
});
const request = (ApiEndpoint: string, more: object = {}, given: Partial<IntegrationCall> = {}) =>
  callTask(invoke, "http:invoke", { ApiEndpoint, Method: "GET", Authentication: connection, ...more }, given);

it("sends the request with its connection's headers, and gives the answer as JSON", async () => {
  let seen: IncomingMessage | undefined;
  let body = "";
  const url = await serve(async (incoming, response) => {
    seen = incoming;
    body = await text(incoming);
    response.writeHead(201, { "content-type": "application/json", "x-answer": "yes" });
    response.end('{"title":"A"}');
  });
  const result = await request(`${url}/v1/chat?a=1`, {
    Method: "POST",
    Headers: { "X-Trace": ["a", "b"] },
    QueryParameters: { q: "two words", tag: ["x", "y"] },
    RequestBody: { prompt: "p" },
  });
  expect(seen?.url).toBe("/v1/chat?a=1&q=two+words&tag=x&tag=y&api-version=1");
  expect(seen?.headers).toMatchObject({
    authorization: "Bearer key",
    "x-trace": "a,b",
    "content-type": "application/json;charset=utf-8",
  });
  expect(JSON.parse(body)).toEqual({ prompt: "p", team: "a" });
  expect(result).toMatchObject({
    Headers: { "x-answer": ["yes"] },
    ResponseBody: { title: "A" },
    StatusCode: 201,
    StatusText: "Created",
  });
});

it("sends a form when Transform asks for it", async () => {
  const bodies: string[] = [];
  const url = await serve(async (incoming, response) => {
    bodies.push(decodeURIComponent(await text(incoming)));
    response.end();
  });
  const RequestBody = { a: "x y", list: ["1", "2"], deep: { b: 1 } };
  for (const ArrayFormat of [undefined, "REPEAT", "COMMAS", "BRACKETS"]) {
    const Transform = {
      RequestBodyEncoding: "URL_ENCODED",
      ...(ArrayFormat ? { RequestEncodingOptions: { ArrayFormat } } : {}),
    };
    await request(url, { Method: "POST", RequestBody, Transform });
  }
  expect(bodies).toEqual([
    "a=x y&list[0]=1&list[1]=2&deep[b]=1&team=a",
    "a=x y&list=1&list=2&deep[b]=1&team=a",
    "a=x y&list=1,2&deep[b]=1&team=a",
    "a=x y&list[]=1&list[]=2&deep[b]=1&team=a",
  ]);
});

it("fails by the status of an answer, and follows no redirect", async () => {
  const asked: (string | undefined)[] = [];
  const url = await serve(({ url: path }, response) => {
    asked.push(path);
    if (path?.startsWith("/moved")) response.writeHead(302, { location: "/elsewhere" }).end();
    else response.writeHead(429).end("people's words");
  });
  await expect(request(`${url}/busy`)).rejects.toMatchObject({
    error: "States.Http.StatusCode.429",
    detail: "Too Many Requests",
  });
  await expect(request(`${url}/moved`)).rejects.toMatchObject({ error: "States.Http.StatusCode.302" });
  expect(asked).toHaveLength(2);
});

it("fails when nothing listens", async () => {
  const url = await serve(() => {});
  await new Promise((closed) => servers.pop()?.close(closed));
  await expect(request(url)).rejects.toMatchObject({
    error: "States.Http.Socket",
    detail: "the connection failed (ECONNREFUSED)",
  });
});

it("fails when no answer comes within 60 seconds", async () => {
  const asked = deferred();
  const url = await serve(() => asked.resolve());
  const failed = expect(request(url)).rejects.toMatchObject({
    error: "States.Http.Socket",
    detail: "the request timed out",
  });
  await asked.promise;
  await clock.advance(60_000);
  await failed;
});

it("fails on an answer over 256 KiB, or one that is not text", async () => {
  const url = await serve(({ url: path }, response) => {
    response.setHeader("content-type", path?.startsWith("/png") ? "image/png" : "text/plain");
    response.end("x".repeat(262_145));
  });
  await expect(request(url)).rejects.toMatchObject({ error: "States.DataLimitExceeded" });
  await expect(request(`${url}/png`)).rejects.toMatchObject({ error: "States.Runtime" });
});

it("refuses requests that an HTTP Task may not make", async () => {
  const wrong = [
    ["http://example.com/", {}],
    ["file:///etc/passwd", {}],
    ["https://user:password@example.com/", {}],
    ["https://example.com/", { Method: "TRACE" }],
    ["https://example.com/", { Headers: { Authorization: "mine" } }],
    ["https://example.com/", { Headers: { "X-Amz-Date": "now" } }],
    ["https://example.com/", { Headers: { "a\nb": "c" } }],
    ["https://example.com/", { Authentication: undefined }],
  ] as const;
  for (const [endpoint, more] of wrong) {
    await expect(request(endpoint, more)).rejects.toMatchObject({ error: "States.Runtime" });
  }
  await expect(
    request("https://example.com/", { Authentication: { ConnectionArn: "absent" } }),
  ).rejects.toMatchObject({ error: "Events.ConnectionResource.ResourceNotFound" });
});

it("names a connection's header that cannot be sent, without its value", async () => {
  const tasks = (headers: Record<string, string>) =>
    httpTasks({ fetch, clock, connectionOf: () => ({ headers }) });
  for (const [headers, cause] of [
    [{ "x-key": "hush\nhush" }, "the header x-key is not valid"],
    [{ "x key": "hush" }, "the header x key is not valid"],
    [{ "x-key": "hush →" }, "the header x-key is not valid"],
  ] as const)
    await expect(
      callTask(tasks(headers), "http:invoke", {
        ApiEndpoint: "http://127.0.0.1:1/",
        Method: "GET",
        Authentication: connection,
      }),
    ).rejects.toMatchObject({ error: "States.Runtime", detail: cause });
});

it.each(["GET", "HEAD"])(
  "does not send a %s with a body, and does not report that as a failed connection",
  async (Method) => {
    const asked = request("http://127.0.0.1:1/", { Method, RequestBody: { q: "x" } });
    await expect(asked).rejects.toThrow(`a ${Method} is not sent with a RequestBody from here`);
    await expect(asked).rejects.toBeInstanceOf(NotServed);
  },
);

it("shows TestState what goes over the wire, and a connection's secrets only with revealSecrets", async () => {
  const url = await serve((_, response) => {
    response.writeHead(404, "Nothing here", { "content-type": "text/plain" });
    response.end("look elsewhere");
  });
  const shown = async (revealSecrets: boolean) => {
    const seen: Record<string, unknown> = {};
    const call = callTask(
      invoke,
      "http:invoke",
      {
        ApiEndpoint: `${url}/v1`,
        Method: "POST",
        Authentication: connection,
        Headers: { "X-Own": "h1" },
        RequestBody: { q: 1 },
      },
      {
        trace: {
          revealSecrets,
          request: (request) => Object.assign(seen, { request }),
          response: (response) => Object.assign(seen, { response }),
        },
      },
    );
    await expect(call).rejects.toMatchObject({ error: "States.Http.StatusCode.404" });
    return seen;
  };
  const own =
    "[content-type: application/json;charset=utf-8, user-agent: Amazon|StepFunctions|HttpInvoke|local, x-own: h1]";
  expect(await shown(false)).toEqual({
    request: { protocol: "http", method: "POST", url: `${url}/v1`, headers: own, body: '{"q":1}' },
    response: {
      protocol: "http",
      statusCode: "404",
      statusMessage: "Nothing here",
      headers: expect.stringContaining("content-type: text/plain"),
      body: "look elsewhere",
    },
  });
  expect(await shown(true)).toMatchObject({
    request: {
      url: `${url}/v1?api-version=1`,
      headers: own.replace("[", "[authorization: Bearer key, "),
    },
  });
});

it("reports a long refusal like any other", async () => {
  const url = await serve((_, response) => {
    response.writeHead(500);
    response.end("x".repeat(300_000));
  });
  const shown: unknown[] = [];
  const trace = {
    revealSecrets: false,
    request: () => {},
    response: (response: unknown) => shown.push(response),
  };
  const call = request(url, {}, { trace });
  await expect(call).rejects.toMatchObject({ error: "States.Http.StatusCode.500" });
  expect(shown).toMatchObject([{ statusCode: "500", body: "" }]);
});
