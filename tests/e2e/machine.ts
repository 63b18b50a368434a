import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmProgram } from "../../scripts/ready.js";
import { within } from "./people.ts";
import { treeOf } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const START_MS = 60_000;

/** What `npm start` gives to Node. */
export const startArguments: readonly string[] = ["scripts/run.js", "start"];

/** The program that runs `npm start`, without a shell around it. */
export const npmStart = (): readonly string[] => {
  const { command, args } = npmProgram(process.env, process);
  if (command !== process.execPath) throw new Error("npm's own program was not found");
  return [...args, "start"];
};

/** How a process ended. */
interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The program of `npm start`, as its own process. */
export interface Running {
  readonly pid: number;
  /** All that it wrote so far. */
  output(): string;
  /** Resolves when it is up; rejects with its output if it ends before. */
  readonly up: Promise<void>;
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
}

/** A machine on which Callboard is started repeatedly, with the same data and ports. */
export interface Machine {
  readonly data: string;
  readonly ports: Readonly<Record<"pages" | "socket" | "aws" | "smtp", number>>;
  /** Starts the process, by default Node with `startArguments`. It is killed with the machine. */
  start(env?: Record<string, string>, args?: readonly string[], program?: string): Running;
  close(): Promise<void>;
}

/** `clone` is the folder that it is started from: this one, unless told. */
export async function openMachine(clone = root): Promise<Machine> {
  const data = await mkdtemp(join(tmpdir(), "callboard-machine-"));
  const [pages, socket, aws, smtp] = await freePorts(4);
  const ports = { pages: pages!, socket: socket!, aws: aws!, smtp: smtp! };
  const started: Running[] = [];
  return {
    data,
    ports,
    start(env = {}, args = startArguments, program = process.execPath) {
      const running = run(clone, program, args, {
        ...systemEnvironment(),
        CALLBOARD_PORT: String(ports.pages),
        CALLBOARD_SOCKET_PORT: String(ports.socket),
        CALLBOARD_AWS_PORT: String(ports.aws),
        CALLBOARD_SMTP_PORT: String(ports.smtp),
        CALLBOARD_DATA: data,
        ...env,
      });
      started.push(running);
      return running;
    },
    async close() {
      const trees = await Promise.all(started.map(({ pid }) => treeOf(pid)));
      for (const one of started) one.signal("SIGKILL");
      for (const id of trees.flat()) endAtOnce(id);
      await Promise.all(started.map(({ ended }) => ended));
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Variables that programs need from a system, without those of the test's own process. */
function systemEnvironment(): Record<string, string> {
  const names = [
    "PATH",
    "HOME",
    "TMPDIR",
    "SystemRoot",
    "ComSpec",
    "PATHEXT",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "APPDATA",
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function endAtOnce(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended.
  }
}

function run(cwd: string, program: string, args: readonly string[], env: Record<string, string>): Running {
  // In a group of its own, so that whatever it starts can be told from the test's.
  const detached = process.platform !== "win32";
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached });
  let output = "";
  let isUp = () => {};
  const up = new Promise<void>((resolve) => {
    isUp = resolve;
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("Callboard is up")) isUp();
    });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const early = ended.then(({ code }) => {
    throw new Error(`it ended with ${code}: ${output}`);
  });
  early.catch(() => {});
  const start = within(START_MS, "start", Promise.race([up, early]));
  start.catch(() => {});
  return {
    pid: child.pid!,
    output: () => output,
    up: start,
    ended,
    signal: (signal) => void child.kill(signal),
  };
}

/** Ports that nobody listens on; different ones. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers)
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
