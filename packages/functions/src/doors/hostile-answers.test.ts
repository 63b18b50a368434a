import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { hooksCertificate as ca, hooksServer } from "../testing/hooks-server.ts";
import { type GuardedRequest, guardedFetch } from "./guarded-fetch.ts";

const HERE = "127.0.0.1";
const get: GuardedRequest = { method: "GET", mostBytes: 1000 };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server without TLS that handles each connection as the test says. */
async function plainServer(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  server.listen(0, HERE);
  await once(server, "listening");
  return `${HERE}:${(server.address() as AddressInfo).port}`;
}

const late = { outcome: "failed", reason: "it took too long" };
const soon = { timeoutMs: 250 };
const fetch = guardedFetch({ ...soon, resolve: async () => [HERE], allow: (ip) => ip === HERE, ca });

it("does not wait for a silent name server, or for a server that is silent before or after TLS", async () => {
  expect(
    await guardedFetch({ ...soon, resolve: () => new Promise(() => {}) })("https://hooks.example/", get),
  ).toEqual(late);
  const silent = await plainServer(() => {});
  expect(await fetch(`https://${silent}/`, get)).toEqual(late);
  const mute = await hooksServer(() => {});
  closing.push(mute.close);
  expect(await fetch(`https://hooks.example:${mute.port}/`, get)).toEqual(late);
});

// Mastodon waited: CVE-2023-36461.
it("does not wait for headers that come too slowly, or without end", async () => {
  for (const drop of [
    "HTTP/1.1 200 OK\r\nX: ",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\n\r\n",
  ]) {
    const dripping = await plainServer((socket) => {
      const timer = setInterval(() => socket.write(drop), 20);
      socket.on("close", () => clearInterval(timer));
    });
    expect(await fetch(`http://${dripping}/`, get)).toMatchObject({ outcome: "failed" });
  }
});

it.each([
  ["no HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["lengths that differ", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
  ["a header without end", `HTTP/1.1 200 OK\r\nX: ${"a".repeat(200_000)}\r\n\r\n`],
  ["headers without end", `HTTP/1.1 200 OK\r\n${"X: a\r\n".repeat(50_000)}\r\n`],
  ["a folded header", "HTTP/1.1 302 Found\r\nLocation:\r\n\u0000 http://internal/\r\n\r\n"],
  ["another protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nabc"],
  ["nothing", ""],
])("fails if a server answers with %s", async (_, text) => {
  const server = await plainServer((socket) => socket.end(text));
  expect(await fetch(`http://${server}/`, get)).toEqual({
    outcome: "failed",
    reason: "it could not be reached",
  });
});
