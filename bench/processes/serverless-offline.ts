import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { serve } from "../children/serve.ts";

export type ServerlessOffline = typeof commands;

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const START_MS = 60_000;
let child: ChildProcess | undefined;

/** serverless-offline with the API in `bench/serverless-offline`, as its own command starts it. */
const commands = {
  /** Starts it; returns the port of its WebSocket API and of its `@connections`. */
  async start(): Promise<number> {
    const port = await freePort();
    const ports = ["--httpPort", "0", "--lambdaPort", "0", "--websocketPort", String(port)];
    child = spawn(
      process.execPath,
      [folder("../node_modules/serverless/bin/serverless.js"), "offline", "--host", "127.0.0.1", ...ports],
      {
        cwd: folder("../serverless-offline"),
        env: { PATH: process.env.PATH, CI: "1", SLS_TELEMETRY_DISABLED: "1", SLS_NOTIFICATIONS_MODE: "off" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    await listening(child);
    return port;
  },
};

/** Resolves when it says that it listens; its later output about requests is dropped. */
function listening({ stdout, stderr }: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let output = "";
    const late = setTimeout(() => fail(new Error(`it does not listen: ${output}`)), START_MS);
    for (const stream of [stdout, stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output = (output + text).slice(-10_000);
        if (!output.includes("[http for websocket] listening")) return;
        clearTimeout(late);
        done();
      });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((open) => server.listen(0, "127.0.0.1", open));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

serve(commands, () => child?.kill("SIGKILL"));
