import { expect, it } from "vitest";
import { deferred } from "../deferred.ts";
import { connectClient } from "../testing/gateway-client.ts";
import { allow, connectedStage } from "../testing/gateway-stage.ts";
import type { MessageEvent } from "./events.ts";

it("invokes $default with each message and sends the body back", async () => {
  const { client, events, clock } = await connectedStage({
    authorizer: async () => allow({ role: "viewer" }),
  });
  client.send('{"type":"ping"}');
  expect(await client.next()).toBe('{"type":"ping"}');
  expect(events.message[0]).toMatchObject({
    body: '{"type":"ping"}',
    isBase64Encoded: false,
    requestContext: {
      routeKey: "$default",
      eventType: "MESSAGE",
      connectionId: events.connect[0]?.requestContext.connectionId,
      connectedAt: clock.now(),
      authorizer: { principalId: "user/ana", role: "viewer" },
      messageId: expect.any(String),
    },
  });
});

it("runs the messages of one connection side by side: a later one may be answered first", async () => {
  const released = deferred();
  const message = async ({ body }: MessageEvent) => {
    if (body === "first") await released.promise;
    return { statusCode: 200, body };
  };
  const { client } = await connectedStage({ message });
  client.send("first");
  client.send("second");
  expect(await client.next()).toBe("second");
  released.resolve();
  expect(await client.next()).toBe("first");
});

it("sends the body whatever the status, and nothing when there is none", async () => {
  const message = async ({ body }: MessageEvent) =>
    body === "quiet" ? { statusCode: 200 } : { statusCode: 500, body: "said" };
  const { client } = await connectedStage({ message });
  client.send("quiet");
  client.send("loud");
  expect(await client.next()).toBe("said");
  expect(client.waiting()).toBe(0);
});

it("decodes a body that comes as base64", async () => {
  const body = Buffer.from("grüß").toString("base64");
  const { client } = await connectedStage({
    message: async () => ({ statusCode: 200, body, isBase64Encoded: true }),
  });
  client.send("x");
  expect(await client.next()).toBe("grüß");
});

it.each<[string, () => Promise<unknown>]>([
  ["throws", () => Promise.reject(new Error("boom"))],
  ["returns nothing", async () => undefined],
  ["returns a body that is not a string", async () => ({ statusCode: 200, body: { a: 1 } })],
])("answers with its own message without a type when the integration %s", async (_name, message) => {
  const { client, events, errors } = await connectedStage({ message });
  client.send("x");
  expect(JSON.parse(await client.next())).toEqual({
    message: "Internal server error",
    connectionId: events.message[0]?.requestContext.connectionId,
    requestId: events.message[0]?.requestContext.requestId,
  });
  expect(errors.map(({ route }) => route)).toEqual(["$default"]);
});

it("writes its own errors byte for byte as AWS does", async () => {
  const { client, events } = await connectedStage({ message: async () => undefined });
  client.send("x");
  const frame = await client.next();
  const { connectionId, requestId } = events.message[0]!.requestContext;
  expect(frame).toBe(
    `{"message": "Internal server error", "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
  );
});

it("gives up an integration after 29 seconds and ignores its later result", async () => {
  const late = deferred();
  const begun = deferred();
  const message = async ({ body }: MessageEvent) => {
    begun.resolve();
    if (body === "slow") await late.promise;
    return { statusCode: 200, body };
  };
  const { client, clock } = await connectedStage({ message });
  client.send("slow");
  await begun.promise;
  await clock.advance(29_000);
  expect(JSON.parse(await client.next())).toMatchObject({ message: "Endpoint request timed out" });
  late.resolve();
  client.send("next");
  expect(await client.next()).toBe("next");
});

it("answers Too Many Requests over the rate, and continues when there are tokens again", async () => {
  const { client, clock } = await connectedStage({ limits: { requestsPerSecond: 1, requestBurst: 2 } });
  for (const text of ["a", "b", "c"]) client.send(text);
  const frames = [await client.next(), await client.next(), await client.next()];
  expect(frames.filter((frame) => frame.includes('"message": "Too Many Requests"'))).toHaveLength(1);
  expect(frames.filter((frame) => frame === "a" || frame === "b")).toHaveLength(2);
  await clock.advance(1_000);
  client.send("d");
  expect(await client.next()).toBe("d");
});

it("limits the concurrent messages of one connection without affecting another", async () => {
  const released = deferred();
  const message = async ({ body }: MessageEvent) => {
    if (body === "hold") await released.promise;
    return { statusCode: 200, body };
  };
  const { gateway, client } = await connectedStage({ message, limits: { inFlightPerConnection: 2 } });
  for (let i = 0; i < 3; i++) client.send("hold");
  expect(JSON.parse(await client.next())).toMatchObject({ message: "Too Many Requests" });
  const other = await connectClient(gateway.url);
  other.send("free");
  expect(await other.next()).toBe("free");
  released.resolve();
  expect([await client.next(), await client.next()]).toEqual(["hold", "hold"]);
});
