import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import type { HttpCors } from "./cors.ts";
import type { HttpAuthorizerEvent, HttpEvent } from "./events.ts";
import { createHttpApi, type HttpApiOptions, type HttpApiRoute } from "./http-api.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

type Options = Partial<Omit<HttpApiOptions, "routes"> & HttpApiRoute> & { open?: readonly string[] };

/**
 * An HTTP API that admits everyone and echoes, and its functions' events: one route for all, and those of `open`, which
 * have no authorizer.
 */
async function stage({ authorizer, integration, open = [], key = "$default", ...options }: Options = {}) {
  const clock = virtualClock();
  const asked: HttpAuthorizerEvent[] = [];
  const given: HttpEvent[] = [];
  const errors: string[] = [];
  const echo = async (event: HttpEvent) => {
    given.push(event);
    return integration
      ? integration(event)
      : { statusCode: 201, headers: { "X-Echo": "yes" }, body: event.body ?? "" };
  };
  const api = createHttpApi({
    clock,
    onError: (what) => errors.push(what),
    ...options,
    routes: [
      {
        key,
        authorizer: async (event) => {
          asked.push(event);
          return authorizer ? authorizer(event) : { isAuthorized: true, context: { caller: "ana" } };
        },
        integration: echo,
      },
      ...open.map((route) => ({ key: route, integration: echo })),
    ],
  });
  const server = createServer((request, response) => void api(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const send = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { authorization: "Bearer a.b.c", ...init.headers } });
  /** What the API itself answers. */
  const refused = async (response: Response) => [
    response.status,
    ((await response.json()) as { message: string }).message,
  ];
  return { clock, asked, given, errors, port, url, send, refused };
}

it("gives the integration the request in payload format 2.0, with the authorizer's context", async () => {
  const { send, asked, given, port } = await stage();
  const response = await send("/requests/req_1/replies?a=1&a=2&b=%20x", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      cookie: "k=1; l=2",
      "user-agent": "curl/8.5.0",
      "X-Two": "1",
    },
    body: '{"é":1}',
  });
  expect([response.status, response.headers.get("x-echo"), await response.text()]).toEqual([
    201,
    "yes",
    '{"é":1}',
  ]);
  expect(given).toEqual([
    {
      version: "2.0",
      routeKey: "$default",
      rawPath: "/requests/req_1/replies",
      rawQueryString: "a=1&a=2&b=%20x",
      cookies: ["k=1", "l=2"],
      headers: expect.objectContaining({
        authorization: "Bearer a.b.c",
        "content-type": "application/json",
        "x-two": "1",
      }),
      queryStringParameters: { a: "1,2", b: " x" },
      requestContext: {
        accountId: "000000000000",
        apiId: "http",
        domainName: `127.0.0.1:${port}`,
        domainPrefix: "127",
        http: {
          method: "POST",
          path: "/requests/req_1/replies",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "curl/8.5.0",
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: "$default",
        stage: "$default",
        time: "01/Jan/2026:00:00:00 +0000",
        timeEpoch: Date.UTC(2026, 0, 1),
        authorizer: { lambda: { caller: "ana" } },
      },
      body: '{"é":1}',
      isBase64Encoded: false,
    },
  ]);
  expect(given[0]?.headers).not.toHaveProperty("cookie");
  expect(asked).toMatchObject([
    { version: "2.0", type: "REQUEST", identitySource: ["Bearer a.b.c"], rawPath: "/requests/req_1/replies" },
  ]);
  expect(asked[0]).not.toHaveProperty("body");
});

it("leaves out what a request does not have", async () => {
  const { send, given } = await stage();
  await send("/requests");
  for (const absent of ["cookies", "queryStringParameters", "body"])
    expect(given[0]).not.toHaveProperty(absent);
});

it("passes a body that is not text as base64, and decodes a base64 body of an answer", async () => {
  const bytes = Buffer.from([0xff, 0, 1]);
  const { send, given } = await stage({
    integration: async ({ body }) => ({ statusCode: 200, body, isBase64Encoded: true }),
  });
  const response = await send("/", { method: "POST", body: bytes });
  expect(given[0]).toMatchObject({ body: bytes.toString("base64"), isBase64Encoded: true });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
});

it("answers a value without a status as the JSON of a 200", async () => {
  const { send } = await stage({ integration: async () => ({ hello: "world" }) });
  const response = await send("/");
  expect([response.status, response.headers.get("content-type"), await response.json()]).toEqual([
    200,
    "application/json",
    { hello: "world" },
  ]);
});

it("calls no function for a request without its identity", async () => {
  const { url, refused, asked } = await stage();
  expect(await refused(await fetch(`${url}/requests`))).toEqual([401, "Unauthorized"]);
  expect(asked).toEqual([]);
});

it("does not call the integration if the authorizer denies", async () => {
  const { send, refused, given } = await stage({ authorizer: async () => ({ isAuthorized: false }) });
  expect(await refused(await send("/requests"))).toEqual([403, "Forbidden"]);
  expect(given).toEqual([]);
});

it.each<[string, NonNullable<HttpApiRoute["authorizer"]>]>([
  ["throws", () => Promise.reject(new Error("no keys"))],
  ["answers a policy", async () => ({ principalId: "ana", policyDocument: {} })],
  ["answers nothing", async () => undefined],
])("fails closed when the authorizer %s", async (_what, authorizer) => {
  const { send, refused, given, errors } = await stage({ authorizer });
  expect(await refused(await send("/requests"))).toEqual([500, "Internal Server Error"]);
  expect([given, errors]).toEqual([[], ["the authorizer"]]);
});

it.each<[string, HttpApiRoute["integration"]]>([
  ["throws", () => Promise.reject(new Error("broken"))],
  ["answers no status", async () => ({ statusCode: "ok" })],
  ["answers a status that cannot be sent", async () => ({ statusCode: 42 })],
  [
    "answers a header that splits the response",
    async () => ({ statusCode: 200, headers: { a: "b\r\nc: d" } }),
  ],
  [
    "answers more than Lambda allows",
    async () => ({ statusCode: 200, body: "x".repeat(6 * 1024 * 1024 + 1) }),
  ],
])("answers 500 when the integration %s", async (_what, integration) => {
  const { send, refused, errors } = await stage({ integration });
  expect(await refused(await send("/requests"))).toEqual([500, "Internal Server Error"]);
  expect(errors).toEqual(["the integration"]);
});

it("waits for the authorizer 10 seconds and for the integration 30", async () => {
  const never = () => new Promise<never>(() => {});
  let inside = deferred();
  const hangs = () => {
    inside.resolve();
    return never();
  };
  for (const [options, ms, status] of [
    [{ authorizer: hangs }, 10_000, 500],
    [{ integration: hangs }, 30_000, 503],
  ] as const) {
    inside = deferred();
    const { send, clock } = await stage(options);
    const answer = send("/requests");
    await inside.promise;
    await clock.advance(ms);
    expect((await answer).status).toBe(status);
  }
});

it("accepts a body of 10 MB and no more", async () => {
  const { send, refused, given } = await stage({ integration: async () => ({ statusCode: 200 }) });
  const body = (bytes: number) => ({
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: Buffer.alloc(bytes, "x"),
  });
  const most = 10 * 1024 * 1024;
  expect((await send("/", body(most))).status).toBe(200);
  expect(await refused(await send("/", body(most + 1)))).toEqual([413, "Request Entity Too Large"]);
  expect(given.map((event) => event.body?.length)).toEqual([most]);
});

it("bounds the request line with the headers, and the requests", async () => {
  const { send, refused } = await stage({ limits: { requestsPerSecond: 1, requestBurst: 2 } });
  const long = { headers: { "x-long": "x".repeat(10_240) } };
  expect(await refused(await send("/", long))).toEqual([431, "Request Header Fields Too Large"]);
  const token = { headers: { authorization: `Bearer ${"x".repeat(12_000)}` } };
  expect((await send("/", token)).status).toBe(201);
  const answers = [await send("/"), await send("/")];
  expect(answers.map(({ status }) => status)).toEqual([201, 429]);
  expect(await refused(answers[1]!)).toEqual([429, "Too Many Requests"]);
});

it("limits the requests that are handled at once", async () => {
  const gone = deferred();
  const inside = deferred();
  const { send } = await stage({
    limits: { inFlight: 1 },
    integration: async () => {
      inside.resolve();
      await gone.promise;
      return { statusCode: 200 };
    },
  });
  const first = send("/");
  await inside.promise;
  expect((await send("/")).status).toBe(503);
  gone.resolve();
  expect((await first).status).toBe(200);
  expect((await send("/")).status).toBe(200);
});

it("calls no function for a client that leaves in the middle of its body, and continues", async () => {
  const { port, send, given, asked } = await stage();
  const socket = connect(port, "127.0.0.1");
  socket.write(
    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer a.b.c\r\nContent-Length: 100\r\n\r\nhalf",
  );
  while (asked.length === 0) await new Promise((next) => setImmediate(next));
  socket.destroy();
  await once(socket, "close");
  expect((await send("/")).status).toBe(201);
  expect(given).toHaveLength(1);
});

const cors: HttpCors = {
  allowOrigins: ["http://app.localhost"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["retry-after"],
  maxAgeSeconds: 600,
};

const preflight = {
  method: "OPTIONS",
  headers: {
    origin: "http://app.localhost",
    "access-control-request-method": "PUT",
    "access-control-request-headers": "x-anything",
  },
};

/** The headers of CORS that an answer has. */
const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")));

it("refuses a preflight where the route for all, or for every method, has an authorizer", async () => {
  for (const key of ["$default", "ANY /{proxy+}"]) {
    const { url, refused, given } = await stage({ key, cors });
    const answer = await fetch(`${url}/requests`, preflight);
    expect(corsOf(answer)).toEqual({});
    expect(await refused(answer)).toEqual([401, "Unauthorized"]);
    expect(given).toEqual([]);
  }
});

it("routes a preflight to its own route, and answers with the configured headers, whatever was requested", async () => {
  const { url, asked, given } = await stage({
    cors,
    open: ["OPTIONS /{proxy+}"],
    integration: async () => ({
      statusCode: 204,
      headers: { "Access-Control-Allow-Origin": "https://other" },
    }),
  });
  const answer = await fetch(`${url}/requests/7`, preflight);
  expect(answer.status).toBe(204);
  expect(corsOf(answer)).toEqual({
    "access-control-allow-origin": "http://app.localhost",
    "access-control-allow-methods": "GET,POST",
    "access-control-allow-headers": "authorization,content-type",
    "access-control-max-age": "600",
  });
  expect([asked, given.map(({ routeKey, pathParameters }) => [routeKey, pathParameters])]).toEqual([
    [],
    [["OPTIONS /{proxy+}", { proxy: "requests/7" }]],
  ]);
  expect(given[0]!.requestContext).not.toHaveProperty("authorizer");
});

it("answers a preflight by itself if no route matches", async () => {
  const { url, given } = await stage({ key: "GET /requests", cors });
  const answer = await fetch(`${url}/requests`, preflight);
  expect([answer.status, corsOf(answer)["access-control-allow-methods"], given]).toEqual([
    204,
    "GET,POST",
    [],
  ]);
});

it("answers no preflight without a method, and none without a configuration", async () => {
  const { url, refused } = await stage({ key: "GET /requests", cors });
  const { origin } = preflight.headers;
  expect(await refused(await fetch(url, { method: "OPTIONS", headers: { origin } }))).toEqual([
    404,
    "Not Found",
  ]);
  const without = await stage({ key: "GET /requests" });
  expect((await fetch(without.url, preflight)).status).toBe(404);
});

it("allows only an allowed origin to read", async () => {
  const { send } = await stage({ cors });
  const from = async (origin?: string) => corsOf(await send("/", { headers: origin ? { origin } : {} }));
  expect(await from("http://app.localhost")).toEqual({
    "access-control-allow-origin": "http://app.localhost",
    "access-control-expose-headers": "retry-after",
  });
  expect([
    await from(),
    await from("http://app.localhost:8080"),
    await from("https://app.localhost"),
  ]).toEqual([{}, {}, {}]);
  for (const allowOrigins of [["*"], ["http://*"]]) {
    const any = await stage({ cors: { ...cors, allowOrigins } });
    const answer = await any.send("/", { headers: { origin: "http://localhost:3000" } });
    const allowed = allowOrigins[0] === "*" ? "*" : "http://localhost:3000";
    expect(answer.headers.get("access-control-allow-origin")).toBe(allowed);
  }
});

it("adds no headers to its own refusals", async () => {
  const { send } = await stage({ cors, authorizer: async () => ({ isAuthorized: false }) });
  const answer = await send("/", { headers: { origin: "http://app.localhost" } });
  expect([answer.status, corsOf(answer)]).toEqual([403, {}]);
});

it.each([{ origin: "https://evil.example" }, { host: "evil.example" }])(
  "refuses foreign hosts and pages: %j",
  async (headers) => {
    const { port, asked } = await stage({ cors: { ...cors, allowOrigins: ["*"] } });
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      headers: { authorization: "Bearer a", ...headers },
    });
    request.end();
    const [response] = (await once(request, "response")) as [{ statusCode: number; headers: object }];
    expect(response.statusCode).toBe(403);
    expect(response.headers).not.toHaveProperty("access-control-allow-origin");
    expect(asked).toEqual([]);
  },
);
