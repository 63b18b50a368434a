import { createServer, type IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { foreignness, isLoopbackHost, listenLocally, stopListening } from "./loopback.ts";

it.each([
  ["127.0.0.1:3000", true],
  ["localhost", true],
  ["LOCALHOST:3000", true],
  ["[::1]:3000", true],
  ["pages.localhost:3000", true],
  ["sync-localhost:3000", true],
  ["sync-127.0.0.1:3000", true],
  ["sync-evil.example", false],
  ["sync-.evil.example", false],
  ["0.0.0.0:3000", false],
  ["evil.example:3000", false],
  ["127.0.0.1.evil.example", false],
  ["localhost.evil.example", false],
  ["notlocalhost", false],
  ["192.168.0.7:3000", false],
  ["", false],
  [undefined, false],
])("recognizes the host %j as this machine: %j", (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});

it.each([
  [{ host: "localhost:1" }, undefined],
  [{ host: "localhost:1", origin: "http://127.0.0.1:3000" }, undefined],
  [{ host: "localhost:1", origin: "https://evil.example" }, "origin"],
  [{ host: "localhost:1", origin: "null" }, "origin"],
  [{ host: "evil.example", origin: "http://localhost" }, "host"],
])("finds what is foreign in %j: %j", (headers, expected) => {
  expect(foreignness({ headers } as IncomingMessage)).toBe(expected);
});

it("listens on a free port of this machine, and says when a port is taken", async () => {
  const server = createServer();
  const port = await listenLocally(server, 0);
  expect(server.address()).toMatchObject({ address: "127.0.0.1", port });
  await expect(listenLocally(createServer(), port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await stopListening(server);
  expect(server.listening).toBe(false);
});

it("continues when connections cannot be accepted", async () => {
  const server = createServer((_, response) => response.end("served"));
  const port = await listenLocally(server, 0);
  // The event when Node has not even the descriptor with which it refuses connections.
  for (let n = 0; n < 3; n++) server.emit("error", Object.assign(new Error("accept"), { code: "EMFILE" }));
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("served");
  await stopListening(server);
});
