import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { stillClock } from "../../testing/still-clock.ts";
import { verifySignature } from "../../testing/verify-signature.ts";
import type { CredentialsProvider } from "../fresh-credentials.ts";
import { nodePool } from "../http/node-pool.ts";
import type { PostPool, PostPoolOptions } from "../http/posting.ts";
import { undiciPool } from "../http/undici-pool.ts";
import { standardRetries } from "./retries.ts";
import { jsonService } from "./service.ts";
import { httpTransport } from "./transport.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", sessionToken: "IQoJb3JpZ2lu" };
const pools: Record<string, (options: PostPoolOptions) => PostPool> = {
  Node: nodePool,
  undici: (options) => undiciPool({ ...options, waiting: Infinity, keepAnswer: true, sendAgain: false }),
};

const opened: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
});

type Answer = (response: ServerResponse, message: IncomingMessage) => void;

const answer =
  (status: number, body: object | string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
const error = (status: number, type: string, more: object = {}): Answer =>
  answer(status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `it is ${type}`, ...more });

/** What a service may do with a request, by its name in test reports. */
const ways = {
  ok: answer(200, { TableNames: ["a"] }),
  throttled: error(400, "ThrottlingException"),
  "over its capacity": error(400, "ProvisionedThroughputExceededException"),
  "a transaction in progress": error(400, "TransactionInProgressException"),
  "too many": answer(429, ""),
  broken: error(500, "InternalServerError"),
  "a page of a gateway": answer(503, "<html>unavailable</html>"),
  "its type in a header": answer(
    400,
    { message: "it is not a table" },
    {
      "x-amzn-errortype": "ResourceNotFoundException:http://internal.amazon.com/coral/",
    },
  ),
  invalid: error(400, "ValidationException"),
  "a conflict": error(400, "TransactionConflictException"),
  denied: error(403, "AccessDeniedException"),
  "no such status": error(501, "NotImplemented"),
  "a closed connection": (_response, message) => message.socket.destroy(),
  "half an answer": (response, message) => {
    response.writeHead(200, { "content-length": "100" });
    response.write('{"TableNames":', () => message.socket.destroy());
  },
  "a connection that is reset": (_response, message) => void message.socket.resetAndDestroy(),
} satisfies Record<string, Answer>;

interface Received {
  readonly message: IncomingMessage;
  readonly body: string;
}

/** A service that answers each request as the test says, and repeats the last way. */
async function serve(script: readonly Answer[]) {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    received.push({ message, body: Buffer.concat(chunks).toString() });
    script[Math.min(received.length, script.length) - 1]!(response, message);
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  opened.push(close);
  return { endpoint, received, sockets, close };
}

interface Given {
  readonly timeoutMs?: number;
  readonly connections?: number;
  readonly credentials?: CredentialsProvider;
  readonly trace?: () => string | undefined;
  readonly random?: number;
}

function client(kind: string, endpoint: string, given: Given = {}) {
  const { timeoutMs = 5000, connections = 10, credentials = async () => keys, trace, random = 0 } = given;
  const pool = pools[kind]!({ origin: new URL(endpoint).origin, connections, timeoutMs });
  opened.push(pool.close);
  const clock = stillClock(Date.UTC(2026, 5, 1, 12));
  const transport = httpTransport({
    endpoint,
    region: "eu-central-1",
    service: "dynamodb",
    version: "1.0",
    credentials,
    clock,
    pool,
    trace,
  });
  const retries = standardRetries({ attempts: 4, baseMs: 25, clock, random: () => random });
  const { call } = jsonService<"DynamoDB_20120810">({ transport, retries });
  return { clock, pool, list: (input: object = {}) => call("DynamoDB_20120810.ListTables", input) };
}

/** The same call through the SDK, without its pauses. */
function sdk(endpoint: string) {
  const client = new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: keys,
    retryStrategy: new ConfiguredRetryStrategy(4, () => 0),
  });
  opened.push(() => client.destroy());
  return { list: () => client.send(new ListTablesCommand({})) };
}

/** The outcome of a call, as far as both clients report it in the same form. */
async function ended(sent: Promise<object>): Promise<string> {
  try {
    const { TableNames } = (await sent) as { TableNames?: string[] };
    return `told ${TableNames}`;
  } catch (error) {
    const { name, message } = error as Error;
    return message.startsWith("it is") ? `${name}: ${message}` : "failed";
  }
}

describe.each(Object.keys(pools))("over %s's connections", (kind) => {
  it("signs each call, and keeps the connection for the next", async () => {
    const { endpoint, received, sockets } = await serve([ways.ok]);
    const { list } = client(kind, endpoint, { connections: 1 });
    expect(await list({ Limit: 1 })).toEqual({ TableNames: ["a"] });
    expect(await list({ é: "ü" })).toEqual({ TableNames: ["a"] });
    expect(received.map(({ body }) => body)).toEqual(['{"Limit":1}', '{"é":"ü"}']);
    for (const { message, body } of received) {
      const { method, url, headers } = message;
      const request = { method: method!, path: url!, headers, body };
      expect(verifySignature(request, keys.secretAccessKey)).toBe(true);
      expect(verifySignature({ ...request, body: `${body} ` }, keys.secretAccessKey)).toBe(false);
      expect(headers).toMatchObject({
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
        "x-amz-security-token": keys.sessionToken,
      });
      expect(headers.authorization).toContain("x-amz-target");
    }
    expect(sockets.size).toBe(1);
  });

  it("makes as many tries as the SDK, with the same outcome, whatever the service does", async () => {
    const way = fc.constantFrom(...(Object.keys(ways) as (keyof typeof ways)[]));
    await fc.assert(
      fc.asyncProperty(fc.array(way, { minLength: 1, maxLength: 5 }), async (names) => {
        const script = names.map((name) => ways[name]);
        const [mine, other] = [await serve(script), await serve(script)];
        const [ours, theirs] = await Promise.all([
          ended(client(kind, mine.endpoint).list()),
          ended(sdk(other.endpoint).list()),
        ]);
        expect([names, mine.received.length, ours]).toEqual([names, other.received.length, theirs]);
        await Promise.all(opened.splice(0).map((close) => close()));
      }),
      {
        numRuns: 40,
        // Each way alone, without end and before a success.
        examples: (Object.keys(ways) as (keyof typeof ways)[]).flatMap((name) => [[[name]], [[name, "ok"]]]),
      },
    );
  });

  it("repeats a call over another connection when the kept one was closed while it was sent", async () => {
    const used = new Set<Socket>();
    const { endpoint, received, sockets } = await serve([
      (response, message) => {
        if (used.has(message.socket)) return message.socket.destroy();
        used.add(message.socket);
        return ways.ok(response, message);
      },
    ]);
    const { list } = client(kind, endpoint, { connections: 1 });
    for (let nth = 0; nth < 3; nth++) expect(await list()).toEqual({ TableNames: ["a"] });
    expect(received).toHaveLength(5);
    expect(sockets.size).toBe(3);
  });

  it("repeats a call that is not answered in time, and gives up when every try is late", async () => {
    const late: Answer = () => {};
    const { endpoint, received } = await serve([late, ways.ok]);
    const { list } = client(kind, endpoint, { timeoutMs: 200 });
    expect(await list()).toEqual({ TableNames: ["a"] });
    expect(received).toHaveLength(2);
    const half: Answer = (response) => void response.writeHead(200).write("{");
    const silent = await serve([late, half]);
    await expect(client(kind, silent.endpoint, { timeoutMs: 200 }).list()).rejects.toMatchObject({
      name: "NotAnswered",
      code: "TimeoutError",
      message: "DynamoDB_20120810.ListTables was not answered: TimeoutError",
    });
    expect(silent.received).toHaveLength(4);
  });

  it("tries to reach a service that is not there four times, with pauses", async () => {
    const { endpoint, close } = await serve([ways.ok]);
    opened.pop();
    await close();
    const { list, clock } = client(kind, endpoint, { random: 1 });
    await expect(list()).rejects.toMatchObject({ name: "NotAnswered", code: "ECONNREFUSED" });
    expect(clock.waits).toEqual([25, 50, 100]);
  });

  it("waits as long as the service asks for", async () => {
    const busy = answer(500, { __type: "InternalServerError" }, { "x-amz-retry-after": "700" });
    const { endpoint } = await serve([busy, ways.ok]);
    const { list, clock } = client(kind, endpoint);
    await list();
    expect(clock.waits).toEqual([700]);
  });

  it("reads an answer that comes in several parts, even with split characters", async () => {
    const text = JSON.stringify({ TableNames: ["é".repeat(200_000), "🙂"] });
    const bytes = Buffer.from(text);
    const { endpoint } = await serve([
      (response) => {
        for (let at = 0; at < bytes.length; at += 8191) response.write(bytes.subarray(at, at + 8191));
        response.end();
      },
    ]);
    expect(await client(kind, endpoint).list()).toEqual(JSON.parse(text));
  });

  it("has no more calls under way than it may have connections, and answers all", async () => {
    let present = 0;
    let most = 0;
    const { endpoint, sockets } = await serve([
      (response, message) => {
        most = Math.max(most, ++present);
        setImmediate(() => {
          present--;
          ways.ok(response, message);
        });
      },
    ]);
    const { list } = client(kind, endpoint, { connections: 4 });
    const told = await Promise.all(Array.from({ length: 60 }, () => list()));
    expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"TableNames":["a"]}']));
    expect(most).toBeLessThanOrEqual(4);
    expect(sockets.size).toBeLessThanOrEqual(4);
  });

  it("sends nothing without credentials, and reports their provider's error", async () => {
    const { endpoint, received } = await serve([ways.ok]);
    const refused = new Error("the profile is not there");
    const credentials = async () => {
      throw refused;
    };
    await expect(client(kind, endpoint, { credentials }).list()).rejects.toBe(refused);
    expect(received).toEqual([]);
  });

  it("does not repeat a call whose answer is not JSON", async () => {
    const { endpoint, received } = await serve([answer(200, "<html>")]);
    await expect(client(kind, endpoint).list()).rejects.toThrow(SyntaxError);
    expect(received).toHaveLength(1);
  });

  it("sends the trace of a call, unsigned", async () => {
    const { endpoint, received } = await serve([ways.ok]);
    let trace: string | undefined = "Root=1-a";
    const { list } = client(kind, endpoint, { trace: () => trace });
    await list();
    trace = undefined;
    await list();
    expect(received.map(({ message }) => message.headers["x-amzn-trace-id"])).toEqual([
      "Root=1-a",
      undefined,
    ]);
    expect(received[0]!.message.headers.authorization).not.toContain("trace");
  });

  it("signs with new keys once the provider returns them", async () => {
    const { endpoint, received } = await serve([ways.ok]);
    let own = keys;
    const { list } = client(kind, endpoint, { credentials: async () => own });
    await list();
    own = { ...keys, secretAccessKey: "another", sessionToken: "other" };
    await list();
    for (const [nth, secret] of ["wJalrXUtnFEMI", "another"].entries()) {
      const { message, body } = received[nth]!;
      const request = { method: "POST", path: message.url!, headers: message.headers, body };
      expect(verifySignature(request, secret)).toBe(true);
    }
  });

  it("closes its connections when it is closed", async () => {
    const { endpoint, sockets } = await serve([ways.ok]);
    const { list, pool } = client(kind, endpoint);
    await list();
    const [socket] = [...sockets];
    const closed = new Promise((resolve) => socket!.once("close", resolve));
    await pool.close();
    await closed;
  });
});
