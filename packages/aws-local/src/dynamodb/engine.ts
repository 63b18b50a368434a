import { spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { deferred } from "../deferred.ts";
import { signalGroup } from "./process-identity.ts";

/** How the engine's process ended. */
export interface EngineExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** False if it died by itself. */
  stopped: boolean;
  /** The end of what it wrote, at most 4,096 characters. */
  output: string;
}

/** A running engine process. */
export interface Engine {
  pid: number;
  exited: Promise<EngineExit>;
  /** Resolves with true once the engine says that it listens, with false if it exits before. */
  listening: Promise<boolean>;
  /** SIGTERM, and SIGKILL if it still runs after 5 s; resolves when it has ended. */
  stop(): Promise<void>;
}

const TERM_MS = 5_000;
const KEPT_OUTPUT = 4_096;

/**
 * Starts the engine on a port of 127.0.0.1, in memory without a file. It gets a process group of its own: a
 * Ctrl-C in the terminal must reach only the owner, which stops the engine last.
 */
export async function launchEngine(program: string, port: number, file: string | undefined): Promise<Engine> {
  const args = ["serve", "--host", "127.0.0.1", "--port", String(port)];
  if (file !== undefined) args.push("--db-path", file);
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH ?? "" },
  });
  await new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });

  let output = "";
  let stopped = false;
  const listening = deferred<boolean>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT);
      if (/listening on/i.test(output)) listening.resolve(true);
    });
  }
  let ended = false;
  const signalEngine = (signal: NodeJS.Signals) => {
    if (!ended) signalGroup(child.pid!, signal);
  };
  const endWithOwner = () => signalEngine("SIGTERM");
  process.once("exit", endWithOwner);
  const exited = new Promise<EngineExit>((resolve) => {
    child.once("close", (code, signal) => {
      ended = true;
      process.removeListener("exit", endWithOwner);
      listening.resolve(false);
      resolve({ code, signal, stopped, output: output.trim() });
    });
  });

  return {
    pid: child.pid!,
    exited,
    listening: listening.promise,
    async stop() {
      stopped = true;
      signalEngine("SIGTERM");
      const killer = setTimeout(() => signalEngine("SIGKILL"), TERM_MS);
      await exited;
      clearTimeout(killer);
    },
  };
}

/** A port of 127.0.0.1 that was free a moment ago; another process may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
