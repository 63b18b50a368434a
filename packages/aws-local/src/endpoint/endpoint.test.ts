import { connect, type Socket } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, expect, it } from "vitest";
import { deferred } from "../deferred.ts";
import { AwsError, awsJson, type HttpService, type Operations } from "./aws-json.ts";
import { createEndpoint, type Endpoint } from "./endpoint.ts";
import type { EndpointService } from "./service.ts";

const open: Endpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

async function endpoint(...services: EndpointService[]) {
  const started = await createEndpoint({ port: 0, services });
  open.push(started);
  return started;
}

const says =
  (text: string): HttpService =>
  async (_, response) => {
    response.end(text);
  };

const json = (target: string, operations: Operations): EndpointService => ({
  name: target,
  target,
  handle: awsJson(operations),
});
const s3 = (handle: HttpService): EndpointService => ({ name: "S3", path: "/", forPages: true, handle });
const lambda: EndpointService = {
  name: "Lambda",
  path: "/2015-03-31/functions/",
  handle: says("lambda"),
};
const models: EndpointService = {
  name: "models",
  path: "/models/",
  forPages: true,
  handle: says("models"),
};

const client = (url: string) => ({
  endpoint: url,
  region: "us-east-1",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
  maxAttempts: 1,
});

/** Sends raw bytes that `fetch` would not send, and returns the first line of the answer. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  socket.write(text);
  for await (const chunk of socket) return String(chunk).split("\r\n")[0] ?? "";
  return "";
}

it("passes each SDK client's request to its service", async () => {
  const { url } = await endpoint(
    json("DynamoDB_20120810", {
      CreateTable: async () => ({ TableDescription: { TableName: "t" } }),
    }),
    json("AWSStepFunctions", {
      SendTaskSuccess: async () => {
        throw new AwsError("TaskTimedOut", "too late");
      },
    }),
    json("AWSEvents", { PutEvents: async () => ({ FailedEntryCount: 0, Entries: [{ EventId: "e1" }] }) }),
  );
  const table = await new DynamoDBClient(client(url)).send(
    new CreateTableCommand({ TableName: "t", KeySchema: [], AttributeDefinitions: [] }),
  );
  expect(table.TableDescription?.TableName).toBe("t");
  const put = await new EventBridgeClient(client(url)).send(new PutEventsCommand({ Entries: [] }));
  expect(put.Entries).toEqual([{ EventId: "e1" }]);
  await expect(
    new SFNClient(client(url)).send(new SendTaskSuccessCommand({ taskToken: "t", output: "{}" })),
  ).rejects.toMatchObject({ name: "TaskTimedOut", message: "too late" });
});

it("finds services without a target by the longest matching path, and lists its services", async () => {
  const { url } = await endpoint(s3(says("s3")), lambda, models);
  const text = async (path: string) => (await fetch(url + path)).text();
  expect(await text("/2015-03-31/functions/f/invocations")).toBe("lambda");
  expect(await text("/models/chat")).toBe("models");
  expect(await text("/bucket/key")).toBe("s3");
  expect(await text("/")).toContain("AWS on one machine, at one address: S3, Lambda, models.");
});

it("names a service that it does not have", async () => {
  const { url } = await endpoint();
  const response = await fetch(url, { method: "POST", headers: { "x-amz-target": "AmazonSQS.SendMessage" } });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    __type: "UnknownOperationException",
    message: expect.stringContaining("AmazonSQS"),
  });
});

it("refuses a DNS name that was rebound to this machine", async () => {
  const { port } = await endpoint(s3(says("s3")));
  expect(await raw(port, "GET /b/k HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toContain(" 421 ");
  expect(await raw(port, "GET /b/k HTTP/1.1\r\nHost: localhost:1\r\n\r\n")).toContain(" 200 ");
});

it("refuses the pages of other sites", async () => {
  const { url } = await endpoint(lambda);
  const response = await fetch(`${url}/2015-03-31/functions/f/invocations`, {
    method: "POST",
    headers: { origin: "https://evil.example" },
  });
  expect(response.status).toBe(403);
});

it("allows local pages to use the services for pages, and no others", async () => {
  const { url } = await endpoint(s3(says("s3")), lambda, models);
  const allowed = async (path: string, method: string) =>
    (await fetch(url + path, { method, headers: { origin: "http://localhost:3000" } })).headers.get(
      "access-control-allow-origin",
    );
  expect(await allowed("/bucket/key", "OPTIONS")).toBe("http://localhost:3000");
  expect(await allowed("/bucket/key", "GET")).toBe("http://localhost:3000");
  expect(await allowed("/models/chat", "GET")).toBe("http://localhost:3000");
  expect(await allowed("/2015-03-31/functions/f/invocations", "OPTIONS")).toBeNull();
});

it("answers 500 when a service breaks, and continues", async () => {
  const printed: unknown[] = [];
  const { error } = console;
  console.error = (...said) => printed.push(...said);
  try {
    const { url } = await endpoint(s3(async () => Promise.reject(new Error("broken"))));
    expect((await fetch(`${url}/b/k`)).status).toBe(500);
    expect((await fetch(`${url}/b/k`)).status).toBe(500);
    expect(String(printed[0])).toContain("broken");
  } finally {
    console.error = error;
  }
});

it("says that its port is taken", async () => {
  const { port } = await endpoint();
  await expect(createEndpoint({ port, services: [] })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

it("ends idle connections when it closes", async () => {
  const started = await createEndpoint({ port: 0, services: [] });
  const socket: Socket = connect(started.port, "127.0.0.1");
  await new Promise((connected) => socket.once("connect", connected));
  const ended = new Promise((done) => socket.once("close", done));
  await Promise.all([started.close(), ended]);
});

it("notifies a waiting operation when its caller has gone", async () => {
  const begun = deferred<AbortSignal>();
  const { url } = await endpoint(
    json("AmazonSQS", {
      async Wait(_, context) {
        begun.resolve(context!.signal);
        return new Promise(() => {});
      },
    }),
  );
  const caller = new AbortController();
  const headers = { "x-amz-target": "AmazonSQS.Wait" };
  const answer = fetch(url, { method: "POST", headers, body: "{}", signal: caller.signal });
  const signal = await begun.promise;
  const told = new Promise((resolve) => signal.addEventListener("abort", resolve));
  caller.abort();
  await expect(answer).rejects.toThrow("abort");
  await told;
});
