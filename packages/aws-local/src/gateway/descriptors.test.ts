import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { connectClient } from "../testing/gateway-client.ts";

const DESCRIPTORS = 64;

/** A gateway and an endpoint in their own process, which may have few files and sockets open. */
async function constrained() {
  const script = fileURLToPath(new URL("../testing/few-descriptors.ts", import.meta.url));
  const command = `ulimit -n ${DESCRIPTORS} && exec "$0" --import tsx "$1"`;
  const child = spawn("sh", ["-c", command, process.execPath, script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const [line] = await once(child.stdout, "data");
  const ports = JSON.parse(String(line)) as { gateway: number; endpoint: number };
  return { ...ports, hasEnded: () => child.exitCode !== null || child.signalCode !== null };
}

/** Opens sockets; resolves when `refused` of them were closed from the other side. */
async function crowd(port: number, count: number, refused: number) {
  let closed = 0;
  let full = () => {};
  const enough = new Promise<void>((resolve) => {
    full = resolve;
  });
  const sockets = Array.from({ length: count }, () =>
    connect(port, "127.0.0.1")
      .on("error", () => {})
      .on("close", () => ++closed === refused && full()),
  );
  await enough;
  // Some of the accepted ones may be reset: each ends with its close.
  const end = (socket: Socket) =>
    new Promise<void>((ended) => {
      if (socket.closed) ended();
      else socket.once("close", () => ended()).destroy();
    });
  return () => Promise.all(sockets.map(end));
}

/** Tries until the other side serves: it frees descriptors only when it sees that the other sockets are closed. */
async function onceServed<T>(open: () => Promise<T>): Promise<T> {
  for (;;) {
    const opened = await open().catch(() => undefined);
    if (opened !== undefined) return opened;
  }
}

// Windows knows no such limit.
it.skipIf(process.platform === "win32")(
  "refuses connections while it is out of file descriptors, and serves again once some are free",
  async () => {
    const { gateway, endpoint, hasEnded } = await constrained();
    const client = await connectClient(`ws://127.0.0.1:${gateway}/`);
    for (const port of [gateway, endpoint, gateway]) {
      const leave = await crowd(port, 2 * DESCRIPTORS, DESCRIPTORS);
      client.send("still here?");
      expect(await client.next()).toBe("still here?");
      await leave();
    }
    const late = await onceServed(() => connectClient(`ws://127.0.0.1:${gateway}/`));
    late.send("and I?");
    expect(await late.next()).toBe("and I?");
    expect((await onceServed(() => fetch(`http://127.0.0.1:${endpoint}/`))).status).toBe(200);
    expect(hasEnded()).toBe(false);
  },
  20_000,
);
