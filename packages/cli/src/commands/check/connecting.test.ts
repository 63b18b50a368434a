import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { connectWith, readToken } from "./connecting.ts";
import { BrokenLink } from "./finding.ts";
import type { Target } from "./target.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

const claims = { iss: "https://issuer.example", client_id: "web", sub: "ana" };
const token = (more: object = { exp: 4_000_000_000 }) =>
  ["{}", JSON.stringify({ ...claims, ...more }), "s"]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");

const targetAt = (socketUrl: string, httpUrl?: string): Target => ({
  local: false,
  socketUrl,
  httpUrl,
  stateMachineArn: "arn",
  token: token(),
  states: { call: () => Promise.reject(new Error("not asked")) },
  deadLetters: undefined,
});

/** The finding for a connection to a server that behaves like this. */
async function findingAt(socketUrl: string, httpUrl?: string) {
  const failure = await connectWith(targetAt(socketUrl, httpUrl), claims, 300).catch(
    (error: unknown) => error,
  );
  if (!(failure instanceof BrokenLink)) throw failure;
  return failure.finding;
}

/** A WebSocket API whose function does this with each message. */
async function socketThat(answers: (socket: WebSocket, message: { id: string; type: string }) => void) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "callboard.v1" });
  await once(server, "listening");
  server.on("connection", (socket) =>
    socket.on("message", (data) => answers(socket, JSON.parse(String(data)))),
  );
  ends.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${portOf(server)}`;
}

/** An HTTP server that answers everything, upgrades too, with a status. */
async function answering(status: number): Promise<string> {
  const server: Server = createServer((_, response) => response.writeHead(status).end("{}"));
  server.on("upgrade", (_, socket) => socket.end(`HTTP/1.1 ${status} X\r\nConnection: close\r\n\r\n`));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${portOf(server)}`;
}

it("gives up on a server that accepts the connection and never answers", async () => {
  const server = createTcpServer(() => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => server.close());
  expect((await findingAt(`ws://127.0.0.1:${portOf(server)}`)).what).toMatch(/did not answer in/);
});

it("distinguishes a connection that is closed from one that is not answered", async () => {
  const closing = await socketThat((socket) => socket.close(1001));
  expect((await findingAt(closing)).what).toBe("the connection was closed (1001) before hello was answered");
  expect((await findingAt(await socketThat(() => {}))).what).toBe("hello was not answered");
});

it("distinguishes the gateway's answers from the function's", async () => {
  const gateways = { message: "Internal server error", connectionId: "c", requestId: "r" };
  const gateway = await socketThat((socket) => socket.send(JSON.stringify(gateways)));
  expect(await findingAt(gateway)).toMatchObject({
    what: "the gateway answers hello itself: Internal server error",
    cause: expect.stringContaining("may not invoke socket"),
  });
  const failing = await socketThat((socket, { id: re }) =>
    socket.send(JSON.stringify({ type: "error", re, code: "internal", details: { correlationId: "x1=" } })),
  );
  expect(await findingAt(failing)).toMatchObject({
    what: "hello was answered with an internal error",
    cause: expect.stringContaining("the role of socket"),
    look: expect.stringContaining("x1="),
  });
});

it("tolerates messages that are not JSON", async () => {
  expect((await findingAt(await socketThat((socket) => socket.send("<html>")))).what).toBe(
    "hello was not answered",
  );
});

it.each([
  [401, /authorize refuses the token.*issuer\.example.*"web"/],
  [403, /authorize refuses the token/],
  [400, /version of the protocol/],
  [404, /not the address of a Callboard/],
  [429, /throttled/],
  [500, /cannot fetch the issuer's keys, or socket fails/],
])("explains a status of %d at the upgrade", async (status, cause) => {
  const finding = await findingAt(`ws://${await answering(status)}`);
  expect(finding.what).toBe(`the WebSocket API refuses the connection: ${status}`);
  expect(finding.cause).toMatch(cause);
});

it.each([
  [200, /socket fails at \$connect/],
  [500, /authorizers cannot fetch the issuer's keys/],
])("asks the HTTP API with the same token when the upgrade fails: %d", async (status, cause) => {
  const http = `http://${await answering(status)}`;
  expect((await findingAt(`ws://${await answering(500)}`, http)).cause).toMatch(cause);
});

it("shows no part of a token except its claims", async () => {
  const { detail } = await readToken({ token: token() });
  expect(detail).toMatch(/^user "ana", issuer "https:\/\/issuer\.example", valid for \d+d/);
  for (const bad of ["a.b", "", "x.%%%.z", token({ exp: 1 }), token({ exp: "soon" })]) {
    const failure = await readToken({ token: bad }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BrokenLink);
    if (bad.length > 3) expect(JSON.stringify((failure as BrokenLink).finding)).not.toContain(bad);
  }
});
