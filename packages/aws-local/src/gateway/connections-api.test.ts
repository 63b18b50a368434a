import { request } from "node:http";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, expect, it } from "vitest";
import { connectClient } from "../testing/gateway-client.ts";
import { type GatewayStage, openStage } from "../testing/gateway-stage.ts";
import type { GatewayOptions } from "./gateway.ts";

const stages: GatewayStage[] = [];
afterEach(() => Promise.all(stages.splice(0).map(({ gateway }) => gateway.close())));

async function stageOf(options: Partial<GatewayOptions> = {}, path = "") {
  const stage = await openStage(options);
  stages.push(stage);
  const api = new ApiGatewayManagementApiClient({
    endpoint: `http://127.0.0.1:${stage.gateway.port}${path}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const client = await connectClient(stage.gateway.url, { headers: { "User-Agent": "test/1" } });
  const id = stage.events.connect[0]!.requestContext.connectionId;
  const post = (data: string, to = id) =>
    api.send(new PostToConnectionCommand({ ConnectionId: to, Data: data }));
  return { ...stage, api, client, id, post };
}

/** A plain request, for what the SDK would never send. */
function plain(port: number, method: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; type: unknown }>((resolve, reject) => {
    request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, type: response.headers["x-amzn-errortype"] });
    })
      .on("error", reject)
      .end();
  });
}

it.each(["", "/prod"])("posts to a connection through the real SDK, at '%s'", async (path) => {
  const { client, post } = await stageOf({}, path);
  const { $metadata } = await post('{"type":"delta"}');
  expect($metadata.httpStatusCode).toBe(200);
  expect(await client.next()).toBe('{"type":"delta"}');
});

it("throws GoneException for a connection that is closed or never existed", async () => {
  const { client, post, id, disconnected, api } = await stageOf();
  await expect(post("x", "bm9wZQ=")).rejects.toBeInstanceOf(GoneException);
  client.socket.close();
  await disconnected();
  const failure = await post("x").catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(GoneException);
  expect((failure as GoneException).$metadata.httpStatusCode).toBe(410);
  await expect(api.send(new GetConnectionCommand({ ConnectionId: id }))).rejects.toBeInstanceOf(
    GoneException,
  );
  await expect(api.send(new DeleteConnectionCommand({ ConnectionId: id }))).rejects.toBeInstanceOf(
    GoneException,
  );
});

it("accepts 131,072 bytes and throws PayloadTooLargeException on one more, or many more", async () => {
  const { client, post } = await stageOf();
  await post("x".repeat(131_072));
  expect((await client.next()).length).toBe(131_072);
  await expect(post("x".repeat(131_073))).rejects.toBeInstanceOf(PayloadTooLargeException);
  await expect(post("x".repeat(5_000_000))).rejects.toBeInstanceOf(PayloadTooLargeException);
});

it("throws LimitExceededException over the rate", async () => {
  const { post, clock } = await stageOf({ limits: { requestsPerSecond: 1, requestBurst: 1 } });
  await post("a");
  await expect(post("b")).rejects.toBeInstanceOf(LimitExceededException);
  await clock.advance(1_000);
  await post("c");
});

it("returns the client of a connection and when it was active", async () => {
  const { api, client, clock, id } = await stageOf();
  const connectedAt = new Date(clock.now());
  await clock.advance(5_000);
  client.send("hello");
  await client.next();
  const answer = await api.send(new GetConnectionCommand({ ConnectionId: id }));
  expect(answer.ConnectedAt).toEqual(connectedAt);
  expect(answer.LastActiveAt).toEqual(new Date(clock.now()));
  expect(answer.Identity).toEqual({ SourceIp: "127.0.0.1", UserAgent: "test/1" });
});

it("deletes a connection after earlier posts were sent", async () => {
  const { api, client, id, post, disconnected } = await stageOf();
  await post("bye");
  const { $metadata } = await api.send(new DeleteConnectionCommand({ ConnectionId: id }));
  expect($metadata.httpStatusCode).toBe(204);
  expect(await client.next()).toBe("bye");
  expect((await client.closed).code).toBe(1000);
  expect((await disconnected()).requestContext).toMatchObject({
    disconnectStatusCode: 1000,
    disconnectReason: "Connection Closed Normally",
  });
});

it("sends a slow client everything in order, the close last", async () => {
  const { api, gateway, client, id } = await stageOf({ limits: { sendBufferBytes: 100_000_000 } });
  client.socket.pause();
  const texts = Array.from({ length: 200 }, (_, n) => String(n).padEnd(100_000, "x"));
  expect(new Set(texts.map((text) => gateway.prepare(text)(id)))).toEqual(new Set(["sent"]));
  await api.send(new DeleteConnectionCommand({ ConnectionId: id }));
  expect(gateway.prepare("late")(id)).toBe("gone");
  client.socket.resume();
  const numbers: number[] = [];
  for (const _ of texts) numbers.push(Number((await client.next()).replaceAll("x", "")));
  expect(numbers).toEqual(texts.map((_, n) => n));
  expect((await client.closed).code).toBe(1000);
  expect(client.waiting()).toBe(0);
});

it("refuses an unsigned request and one under a foreign host name with ForbiddenException", async () => {
  const { gateway, id } = await stageOf();
  const path = `/@connections/${encodeURIComponent(id)}`;
  const signed = { authorization: "AWS4-HMAC-SHA256 Credential=x" };
  const forbidden = { status: 403, type: ForbiddenException.name };
  expect(await plain(gateway.port, "POST", path)).toEqual(forbidden);
  expect(await plain(gateway.port, "POST", path, { ...signed, host: "evil.example" })).toEqual(forbidden);
  expect((await plain(gateway.port, "GET", path, signed)).status).toBe(200);
});

it("has no other paths and methods", async () => {
  const { gateway, id } = await stageOf();
  const signed = { authorization: "AWS4-HMAC-SHA256 Credential=x" };
  for (const [method, path] of [
    ["GET", "/"],
    ["GET", "/a/b/@connections/x"],
    ["GET", "/@connections/%E0%A4%A"],
    ["PUT", `/@connections/${encodeURIComponent(id)}`],
  ] as const) {
    expect((await plain(gateway.port, method, path, signed)).status).toBe(403);
  }
});
