import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBServiceException, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, it } from "vitest";
import { deferred } from "../deferred.ts";
import { openTestEngine } from "../testing/test-engine.ts";
import { createTestTable, documentClient } from "../testing/test-table.ts";
import { proxy } from "./proxy.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An HTTP server on a free port; counts the connections it got. */
async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  let connections = 0;
  server.on("connection", () => {
    connections++;
  });
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
  };
}

/** Nothing listens on this port: servers cannot use it. */
const nobody = "http://127.0.0.1:1";

function serveProxy(upstream: string) {
  const service = proxy(upstream);
  return serve((request, response) => void service(request, response));
}

it("forwards requests and answers of a megabyte unchanged", async () => {
  const engine = await openTestEngine();
  ends.push(engine.close);
  const { endpoint } = await serveProxy(engine.url);
  const client = documentClient(endpoint);
  await createTestTable(client);
  const items = Array.from({ length: 20 }, (_, n) => ({
    pk: "a",
    sk: `${n}`.padStart(2, "0"),
    fill: "é".repeat(20_000),
  }));
  await client.send(
    new BatchWriteCommand({ RequestItems: { test: items.map((Item) => ({ PutRequest: { Item } })) } }),
  );
  const { Items } = await client.send(
    new QueryCommand({
      TableName: "test",
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": "a" },
    }),
  );
  expect(Items).toEqual(items);
  const missing = new GetCommand({ TableName: "none", Key: { pk: "a", sk: "1" } });
  await expect(client.send(missing)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

it("keeps its connections to the engine", async () => {
  const upstream = await serve((request, response) => {
    request.resume();
    response.end('{"TableNames":[]}');
  });
  const client = documentClient((await serveProxy(upstream.endpoint)).endpoint);
  for (let n = 0; n < 5; n++) await client.send(new ListTablesCommand({}));
  expect(upstream.connections()).toBe(1);
});

it("answers InternalServerError, which the SDK retries, when the engine is not there", async () => {
  const { endpoint } = await serveProxy(nobody);
  const failure = await documentClient(endpoint)
    .send(new ListTablesCommand({}))
    .catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(DynamoDBServiceException);
  expect(failure).toMatchObject({ name: "InternalServerError", $metadata: { httpStatusCode: 500 } });
});

it("answers InternalServerError when the engine hangs up without an answer", async () => {
  const upstream = await serve((request) => void request.socket.destroy());
  const { endpoint } = await serveProxy(upstream.endpoint);
  await expect(documentClient(endpoint).send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: "InternalServerError",
  });
});

it("cuts off an answer that the engine cuts off", async () => {
  const upstream = await serve((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{", () => response.destroy());
  });
  const { endpoint } = await serveProxy(upstream.endpoint);
  const answer = await fetch(endpoint, { method: "POST", body: "{}" });
  await expect(answer.text()).rejects.toThrow();
});

it("disconnects from the engine when the client leaves", async () => {
  const gone = deferred();
  const abort = new AbortController();
  const upstream = await serve((_request, response) => {
    response.on("close", gone.resolve);
    abort.abort();
  });
  const { endpoint } = await serveProxy(upstream.endpoint);
  await expect(fetch(endpoint, { method: "POST", body: "{}", signal: abort.signal })).rejects.toThrow();
  await gone.promise;
});

it("refuses a request over 16 MB", async () => {
  const upstream = await serve((request, response) => {
    request.resume();
    request.on("end", () => response.end("{}"));
  });
  const { endpoint } = await serveProxy(upstream.endpoint);
  const answer = await fetch(endpoint, { method: "POST", body: Buffer.alloc(16 * 1024 * 1024 + 1) });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({
    __type: "com.amazonaws.dynamodb.v20120810#RequestEntityTooLarge",
  });
});
