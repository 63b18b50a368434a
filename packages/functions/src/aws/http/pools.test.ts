import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { nodePool } from "./node-pool.ts";
import type { PostPool, PostPoolOptions } from "./posting.ts";
import { undiciPool } from "./undici-pool.ts";

const pools: [string, (options: PostPoolOptions) => PostPool][] = [
  ["Node", nodePool],
  ["undici", (options) => undiciPool({ ...options, waiting: 1, keepAnswer: true, sendAgain: true })],
];

/** A server without HTTP: a test handles each connection itself. */
async function serve(onConnection: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const make = async () => ({ path: "/", headers: ["x-a", "1"] });

function open(pool: (options: PostPoolOptions) => PostPool, origin: string, timeoutMs = 10_000): PostPool {
  const made = pool({ origin, connections: 1, timeoutMs });
  onTestFinished(() => made.close());
  return made;
}

it.each(pools)("speaks TLS to an address that begins with https, over %s's connections", async (_, pool) => {
  const heard: Buffer[] = [];
  const address = await serve((socket) =>
    socket.once("data", (data) => {
      heard.push(data);
      socket.destroy();
    }),
  );
  const { post } = open(pool, `https://${address}`);
  expect(await post(make, "secret")).toEqual({ kind: "lost", error: "ECONNRESET" });
  // A handshake record that begins with a ClientHello.
  for (const data of heard) expect([data[0], data[1], data[5]]).toEqual([0x16, 3, 1]);
  expect(Buffer.concat(heard).toString("latin1")).not.toContain("secret");
});

it.each(pools)("gives up a connection that is not open within a second, over %s's", async (_, pool) => {
  const { post } = open(pool, `https://${await serve(() => {})}`);
  const end = await post(make, "");
  expect(end).toMatchObject({
    kind: "lost",
    error: expect.stringMatching(/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/),
  });
});

it.each(pools)(
  "reports a request that cannot be created as lost, and sends nothing, over %s's connections",
  async (_, pool) => {
    const heard: string[] = [];
    const address = await serve((socket) => socket.on("data", (data) => heard.push(String(data))));
    const { post } = open(pool, `http://${address}`);
    const unmade = async () => {
      throw Object.assign(new Error("no"), { code: "E_NO_KEYS" });
    };
    expect(await post(unmade, "")).toEqual({ kind: "lost", error: "E_NO_KEYS" });
    expect(heard).toEqual([]);
  },
);

it.each(pools)("treats an answer that is not HTTP as lost, over %s's connections", async (_, pool) => {
  const address = await serve((socket) => socket.once("data", () => socket.end("SSH-2.0-OpenSSH\r\n\r\n")));
  const end = await open(pool, `http://${address}`).post(make, "x");
  expect(end).toMatchObject({
    kind: "lost",
    error: expect.stringMatching(/^(HPE_\w+|HTTPParserError)$/),
  });
});
