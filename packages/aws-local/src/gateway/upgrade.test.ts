import { request } from "node:http";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { deferred } from "../deferred.ts";
import { connectClient, dial } from "../testing/gateway-client.ts";
import { allow, openStage } from "../testing/gateway-stage.ts";
import { CONNECT_ARN } from "./events.ts";

/** Resolves when the call has begun, and ends it on request. */
function held<T>(value: T) {
  const begun = deferred();
  const ended = deferred();
  const call = async () => {
    begun.resolve();
    await ended.promise;
    return value;
  };
  return { call, begun: begun.promise, end: () => ended.resolve() };
}

it("shows the authorizer the request as AWS does", async () => {
  const { gateway, events, clock } = await openStage();
  await connectClient(gateway.url, { headers: { "X-Kind": "test" }, path: "?a=1&a=2&b=x%20y" });
  const [event] = events.authorizer;
  expect(event).toMatchObject({
    type: "REQUEST",
    methodArn: CONNECT_ARN,
    headers: { "X-Kind": "test", "Sec-WebSocket-Protocol": "chat.v1,chat.bearer.abc" },
    multiValueHeaders: { "X-Kind": ["test"] },
    queryStringParameters: { a: "2", b: "x y" },
    multiValueQueryStringParameters: { a: ["1", "2"], b: ["x y"] },
    requestContext: {
      routeKey: "$connect",
      eventType: "CONNECT",
      domainName: `127.0.0.1:${gateway.port}`,
      connectedAt: clock.now(),
      requestTimeEpoch: clock.now(),
      requestTime: "01/Jan/2026:00:00:00 +0000",
      identity: { sourceIp: "127.0.0.1" },
    },
  });
  expect(event?.requestContext.connectionId).toMatch(/^[\w-]{15}=$/);
});

it("gives $connect the authorizer's context and no query string when there was none", async () => {
  const { gateway, events } = await openStage({ authorizer: async () => allow({ role: "creator", age: 7 }) });
  await connectClient(gateway.url);
  expect(events.connect[0]?.requestContext.authorizer).toEqual({
    principalId: "user/ana",
    role: "creator",
    age: "7",
  });
  expect(events.connect[0]).not.toHaveProperty("queryStringParameters");
  expect(events.connect[0]?.requestContext.connectionId).toBe(
    events.authorizer[0]?.requestContext.connectionId,
  );
});

it("selects the subprotocol that $connect returned", async () => {
  const { gateway } = await openStage();
  expect((await connectClient(gateway.url)).socket.protocol).toBe("chat.v1");
});

it("selects no subprotocol when $connect returned none, so that the client hangs up", async () => {
  const { gateway } = await openStage({ connect: async () => ({ statusCode: 200 }) });
  await expect(dial(gateway.url)).rejects.toThrow("Server sent no subprotocol");
});

it("accepts header names that collide with properties of objects", async () => {
  const { gateway, events } = await openStage();
  await connectClient(gateway.url, { headers: { constructor: "a" } });
  expect(events.connect[0]?.headers.constructor).toBe("a");
});

it("answers 401 without a token header and never asks the authorizer", async () => {
  const { gateway, events } = await openStage();
  const refusal = await dial(gateway.url, { protocols: [] });
  expect(refusal).toMatchObject({ refused: 401 });
  expect(JSON.parse((refusal as { body: string }).body)).toEqual({
    message: "Unauthorized",
    connectionId: expect.any(String),
    requestId: expect.any(String),
  });
  expect(events.authorizer).toEqual([]);
});

it("shows the authorizer a header that Node would answer 431 to by itself", async () => {
  const { gateway, events } = await openStage();
  for (const kilobytes of [10, 20, 200]) {
    const protocols = ["chat.v1", `chat.bearer.${"a".repeat(kilobytes * 1024)}`];
    await connectClient(gateway.url, { protocols });
  }
  expect(events.authorizer).toHaveLength(3);
  expect(await dial(gateway.url, { headers: { big: "a".repeat(256 * 1024) } })).toMatchObject({
    refused: 431,
  });
});

it.each<[string, number, () => Promise<unknown>]>([
  ["denies", 403, async () => ({ ...allow(), policyDocument: { Statement: { Effect: "Deny" } } })],
  ["throws", 500, () => Promise.reject(new Error("no key"))],
  ["throws Unauthorized", 401, () => Promise.reject(new Error("Unauthorized"))],
  ["returns nonsense", 500, async () => "yes"],
  ["returns a context over 8 KB", 500, async () => allow({ note: "x".repeat(9_000) })],
])("refuses when the authorizer %s: %i", async (_name, status, authorizer) => {
  const { gateway, events } = await openStage({ authorizer });
  expect(await dial(gateway.url)).toMatchObject({ refused: status });
  expect(events.connect).toEqual([]);
});

it.each<[string, number, () => Promise<unknown>]>([
  ["returns 418", 418, async () => ({ statusCode: 418 })],
  ["throws", 502, () => Promise.reject(new Error("boom"))],
  ["returns nothing", 502, async () => undefined],
  [
    "returns a header that would split the handshake",
    502,
    async () => ({ statusCode: 200, headers: { "sec-websocket-protocol": "a\r\nx: y" } }),
  ],
])("refuses when $connect %s: %i", async (_name, status, connect) => {
  const stage = await openStage({ connect });
  expect(await dial(stage.gateway.url)).toMatchObject({ refused: status });
  expect(stage.gateway.connections()).toBe(0);
  expect(stage.events.disconnect).toEqual([]);
});

it("gives the authorizer and $connect 29 seconds", async () => {
  const slow = held(allow());
  const stage = await openStage({ authorizer: slow.call });
  const dialled = dial(stage.gateway.url);
  await slow.begun;
  await stage.clock.advance(29_000);
  expect(await dialled).toMatchObject({ refused: 500 });

  const slowConnect = held({ statusCode: 200 });
  const second = await openStage({ connect: slowConnect.call });
  const dialledToo = dial(second.gateway.url);
  await slowConnect.begun;
  await second.clock.advance(29_000);
  expect(await dialledToo).toMatchObject({ refused: 504 });
});

it("handles no message of a connection before $connect has returned", async () => {
  const slow = held({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "chat.v1" } });
  const { gateway, events } = await openStage({ connect: slow.call });
  const dialled = connectClient(gateway.url);
  await slow.begun;
  const id = events.connect[0]!.requestContext.connectionId;
  expect(gateway.prepare("early")(id)).toBe("gone");
  slow.end();
  const client = await dialled;
  expect(gateway.prepare("now")(id)).toBe("sent");
  expect(await client.next()).toBe("now");
});

it("reports the disconnect of a client that left while $connect ran", async () => {
  const slow = held({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "chat.v1" } });
  const stage = await openStage({ connect: slow.call });
  const socket = new WebSocket(stage.gateway.url, ["chat.v1"]);
  const failed = new Promise((resolve) => socket.on("error", resolve));
  await slow.begun;
  socket.terminate();
  await failed;
  slow.end();
  const event = await stage.disconnected();
  expect(event.requestContext).toMatchObject({
    eventType: "DISCONNECT",
    disconnectStatusCode: 1006,
    connectionId: stage.events.connect[0]?.requestContext.connectionId,
  });
  expect(stage.gateway.connections()).toBe(0);
});

it("refuses a page whose host name was rebound to this machine", async () => {
  const { gateway, events } = await openStage();
  expect(await dial(gateway.url, { headers: { Host: "evil.example:3001" } })).toMatchObject({ refused: 403 });
  expect(await dial(gateway.url, { headers: { Host: "127.0.0.1.evil.example" } })).toMatchObject({
    refused: 403,
  });
  expect(events.authorizer).toEqual([]);
  await connectClient(gateway.url, { headers: { Host: `localhost:${gateway.port}` } });
});

it("refuses a page from elsewhere, and admits pages of this machine and clients that are not browsers", async () => {
  const { gateway, events } = await openStage();
  for (const Origin of ["http://evil.example", "https://127.0.0.1.evil.example", "null", "file://", "x"])
    expect(await dial(gateway.url, { headers: { Origin } })).toMatchObject({ refused: 403 });
  expect(events.authorizer).toEqual([]);
  for (const Origin of ["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"])
    await connectClient(gateway.url, { headers: { Origin } });
  await connectClient(gateway.url);
});

it("refuses new connections over the rate and over the number it can hold", async () => {
  const slow = await openStage({ limits: { connectsPerSecond: 1 } });
  await connectClient(slow.gateway.url);
  expect(await dial(slow.gateway.url)).toMatchObject({ refused: 429 });
  await slow.clock.advance(1_000);
  await connectClient(slow.gateway.url);

  const small = await openStage({ limits: { connections: 1 } });
  await connectClient(small.gateway.url);
  expect(await dial(small.gateway.url)).toMatchObject({ refused: 429 });
});

it("refuses a handshake that is not WebSocket's with 400, before the authorizer runs", async () => {
  const { gateway, events } = await openStage();
  const status = await new Promise((resolve, reject) => {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": "short",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Protocol": "chat.v1",
    };
    request({ host: "127.0.0.1", port: gateway.port, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(400);
  expect(events.authorizer).toEqual([]);
});
