import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { keptLog } from "../testing/spies.ts";
import { verifySignature } from "../testing/verify-signature.ts";
import { type PooledSenderOptions, pooledSender } from "./pooled-sender.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", sessionToken: "IQoJb3JpZ2lu" };
const now = Date.UTC(2026, 5, 1, 12);

const opened: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
});

type Answer = (request: Received, response: ServerResponse) => void;

interface Received {
  readonly id: string;
  readonly message: IncomingMessage;
  readonly body: string;
}

const status =
  (code: number): Answer =>
  (_request, response) =>
    response.writeHead(code).end(code === 200 ? "" : '{"message":"no"}');

/** A real server that answers as told, and a sender that posts to it. */
async function stage(answer: Answer, options: Partial<PooledSenderOptions> = {}) {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const load = { present: 0, most: 0 };
  const server = createServer(async (message, response) => {
    load.present++;
    load.most = Math.max(load.most, load.present);
    response.on("close", () => load.present--);
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const id = decodeURIComponent(message.url!.split("/").at(-1)!);
    const request = { id, message, body: Buffer.concat(chunks).toString() };
    received.push(request);
    answer(request, response);
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { log, lines } = keptLog();
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/production`;
  const clock = { now: () => now };
  const credentials = async () => keys;
  const sender = pooledSender({ endpoint, region: "us-east-1", credentials, clock, log, ...options });
  opened.push(sender.close, () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { sender, received, sockets, load, lines };
}

const idsOf = (count: number) => Array.from({ length: count }, (_, nth) => `c${nth}=`);

it("posts a text to many connections, each request signed, over connections that stay open", async () => {
  const { sender, received, sockets } = await stage(status(200), { connections: 2 });
  const post = sender.prepare('{"type":"delta","é":1}');
  expect(new Set(await Promise.all(idsOf(20).map(post)))).toEqual(new Set(["sent"]));
  expect(received.map(({ id }) => id).sort()).toEqual(idsOf(20).sort());
  for (const { message, body } of received) {
    const { method, url, headers } = message;
    expect(verifySignature({ method: method!, path: url!, headers, body }, keys.secretAccessKey)).toBe(true);
    expect(headers["content-type"]).toBe("application/octet-stream");
    expect(body).toBe('{"type":"delta","é":1}');
  }
  expect(received[0]!.message.url).toMatch(/^\/production\/@connections\/c\d+%3D$/);
  expect(sockets.size).toBe(2);
});

it.each([
  [200, "sent"],
  [410, "gone"],
  [413, "too_large"],
  [429, "throttled"],
  [400, "failed"],
  [403, "failed"],
  [500, "failed"],
  [504, "failed"],
  [302, "failed"],
])("tries once and returns the meaning of the status %i", async (code, outcome) => {
  const { sender, received, lines } = await stage(status(code));
  expect(await sender.prepare("x")("c1")).toBe(outcome);
  expect(received).toHaveLength(1);
  expect(lines).toEqual(outcome === "failed" ? [{ message: "posts fail", status: code }] : []);
});

it("logs what fails once a page, and neither the text nor the keys", async () => {
  const { sender, lines } = await stage(({ id }, response) =>
    status(id === "odd" ? 500 : 403)({} as never, response),
  );
  for (const _page of [1, 2]) {
    const post = sender.prepare("secret words");
    await Promise.all([...idsOf(30), "odd"].map(post));
  }
  expect(lines.map(({ status }) => status).sort()).toEqual([403, 403, 500, 500]);
  expect(JSON.stringify(lines)).not.toMatch(/secret|AKID|wJal|IQoJ/);
});

it("sends once more over another connection when the server closed the kept one", async () => {
  const used = new Set<Socket>();
  const { sender, received, lines } = await stage(
    (request, response) => {
      const { socket } = request.message;
      if (used.has(socket)) return socket.destroy();
      used.add(socket);
      return status(200)(request, response);
    },
    { connections: 1 },
  );
  const post = sender.prepare("x");
  for (const id of ["c1", "c2", "c3"]) expect(await post(id)).toBe("sent");
  expect(received.map(({ id }) => id)).toEqual(["c1", "c2", "c2", "c3", "c3"]);
  expect(lines).toEqual([]);
});

it("gives a post up when the server closes the second connection, too", async () => {
  const { sender, received, lines } = await stage(({ message }) => message.socket.destroy());
  expect(await sender.prepare("x")("c1")).toBe("failed");
  expect(received).toHaveLength(2);
  expect(lines).toMatchObject([{ error: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) }]);
});

it("does not let a post wait for one that is not answered", async () => {
  const { sender, sockets } = await stage(
    (request, response) => {
      if (request.id !== "silent") status(200)(request, response);
    },
    { connections: 2, timeoutMs: 15_000 },
  );
  const post = sender.prepare("x");
  const ended: string[] = [];
  const silent = Promise.resolve(post("silent")).finally(() => ended.push("silent"));
  expect(new Set(await Promise.all(idsOf(50).map(post)))).toEqual(new Set(["sent"]));
  expect(ended).toEqual([]);
  expect(sockets.size).toBe(2);
  await sender.close();
  expect(await silent).toBe("failed");
});

it.each<[string, Answer]>([
  ["is not answered", () => {}],
  ["has an answer without an end", (_request, response) => response.writeHead(200).write("…")],
])("fails a post that %s in time, and reuses its place", async (_what, answer) => {
  const { sender, lines } = await stage(
    (request, response) => (request.id === "slow" ? answer : status(200))(request, response),
    { connections: 1, timeoutMs: 500 },
  );
  const post = sender.prepare("x");
  expect(await post("slow")).toBe("failed");
  expect(lines).toEqual([{ message: "posts fail", error: "TimeoutError" }]);
  expect(await post("c1")).toBe("sent");
});

it("counts the wait as part of a post's time", async () => {
  const silent = { connections: 1, timeoutMs: 200 };
  const { sender } = await stage(() => {}, silent);
  const { sender: other } = await stage(() => {}, silent);
  const ended: string[] = [];
  const post = async (from: typeof sender, id: string) => {
    await from.prepare("x")(id);
    ended.push(id);
  };
  // Timers of one length end in the order in which they began.
  await Promise.all([
    post(sender, "first"),
    post(sender, "waits"),
    post(sender, "waits, too"),
    post(other, "last"),
  ]);
  expect(ended).toEqual(["first", "waits", "waits, too", "last"]);
});

it("has no more posts under way at a time than it may have connections", async () => {
  const { sender, load, sockets } = await stage(
    (request, response) => setImmediate(() => status(200)(request, response)),
    { connections: 8 },
  );
  expect(new Set(await Promise.all(idsOf(128).map(sender.prepare("x"))))).toEqual(new Set(["sent"]));
  expect(load.most).toBeLessThanOrEqual(8);
  expect(sockets.size).toBe(8);
});

it("reports posts as throttled at once when too many wait", async () => {
  let arrive = (_answer: () => void) => {};
  const held = new Promise<() => void>((resolve) => {
    arrive = resolve;
  });
  const { sender } = await stage(
    (request, response) => {
      const answer = () => status(200)(request, response);
      if (request.id === "c1") arrive(answer);
      else answer();
    },
    { connections: 1, waiting: 2 },
  );
  const post = sender.prepare("x");
  const accepted = ["c1", "c2", "c3"].map(post);
  expect(await post("c4")).toBe("throttled");
  const answer = await held;
  answer();
  expect(await Promise.all(accepted)).toEqual(["sent", "sent", "sent"]);
  expect(await post("c4")).toBe("sent");
});

it("fails without throwing while nothing listens, and sends when a server does", async () => {
  const server = createServer((_request, response) => response.end());
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve)).then(
      () => (server.address() as AddressInfo).port,
    );
  const close = () => new Promise((resolve) => server.close(resolve));
  const port = await listen(0);
  await close();
  const { sender, lines } = await stage(status(200), {
    endpoint: `http://127.0.0.1:${port}`,
    connections: 2,
  });
  const post = sender.prepare("x");
  expect(new Set(await Promise.all(idsOf(10).map(post)))).toEqual(new Set(["failed"]));
  expect(lines).toEqual([{ message: "posts fail", error: "ECONNREFUSED" }]);
  await listen(port);
  opened.push(close);
  expect(new Set(await Promise.all(idsOf(10).map(post)))).toEqual(new Set(["sent"]));
});

it("fails without a throw when there are no credentials, and recovers when there are", async () => {
  let down = true;
  const { sender, received, lines } = await stage(status(200), {
    async credentials() {
      if (down) throw Object.assign(new Error("secret words"), { name: "CredentialsProviderError" });
      return keys;
    },
  });
  const post = sender.prepare("x");
  expect(await Promise.all([post("c1"), post("c2")])).toEqual(["failed", "failed"]);
  expect(lines).toEqual([{ message: "posts fail", error: "CredentialsProviderError" }]);
  down = false;
  expect(await post("c1")).toBe("sent");
  expect(received).toHaveLength(1);
});

it("fails posts under way, waiting posts and new posts when it is closed", async () => {
  const { sender } = await stage(() => void sender.close(), { connections: 1 });
  const post = sender.prepare("x");
  expect(await Promise.all([post("c1"), post("c2")])).toEqual(["failed", "failed"]);
  expect(await post("c3")).toBe("failed");
});

it("fails an id that is not text without posting it", async () => {
  const { sender, received } = await stage(status(200));
  expect(await sender.prepare("x")("\ud800")).toBe("failed");
  expect(received).toEqual([]);
});
