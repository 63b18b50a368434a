import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";

/** Another DynamoDB engine, for comparison; its package exists only for Linux on x64. */
export interface Dynoxide {
  /** Makes a call over HTTP: the status and the body. */
  call(target: string, body: string): Promise<{ readonly status: number; readonly body: string }>;
  stop(): Promise<void>;
}

/** The path of the engine's program; undefined if its package is not installed. */
export function findDynoxide(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve("@dynoxide/linux-x64/package.json");
    return join(dirname(manifest), "dynoxide");
  } catch {
    return undefined;
  }
}

/** Starts it in memory, on a free loopback port. */
export async function startDynoxide(program: string): Promise<Dynoxide> {
  const port = await freePort();
  const child = spawn(program, ["serve", "--host", "127.0.0.1", "--port", String(port)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  // By default it would survive a killed parent.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  await listening(child);
  return {
    async call(target, body) {
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": target,
          "x-amz-date": "20260101T000000Z",
          authorization:
            "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a",
        },
        body,
      });
      return { status: response.status, body: await response.text() };
    },
    async stop() {
      process.off("exit", kill);
      const gone = once(child, "exit");
      if (kill()) await gone;
    },
  };
}

async function listening(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const read = (text: Buffer) => {
      if (/listening on/i.test(String(text))) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`the engine ended with code ${code}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
