import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { within } from "./people.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startMs = 60_000;

/** What `npm start` gives to Node. */
export const startArguments: readonly string[] = ["scripts/run.js", "start"];

/** How a process ended. */
interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What `npm start` runs, as a process of its own. */
export interface Running {
  readonly pid: number;
  /** All that it wrote so far. */
  output(): string;
  /** Resolves when it is up; rejects with its output if it ends before. */
  readonly up: Promise<void>;
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
}

/** A machine that Callboard is started on, again and again: its data and its ports stay. */
export interface Machine {
  readonly data: string;
  readonly ports: { readonly pages: number; readonly socket: number; readonly aws: number };
  /** Starts the process. It is killed with the machine. */
  start(env?: Record<string, string>, args?: readonly string[]): Running;
  /** The engine's process by the pid file; undefined when there is no such file. */
  engine(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** `clone` is the folder that it is started from: this one, unless told. */
export async function openMachine(clone = root): Promise<Machine> {
  const data = await mkdtemp(join(tmpdir(), "callboard-machine-"));
  const [pages, socket, aws] = await freePorts(3);
  const ports = { pages: pages!, socket: socket!, aws: aws! };
  const started: Running[] = [];
  const engine = async () => {
    const text = await readFile(join(data, "dynamodb", "dynamodb.pid"), "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as { engine?: { pid: number } }).engine?.pid;
  };
  return {
    data,
    ports,
    engine,
    start(env = {}, args = startArguments) {
      const running = run(clone, args, {
        PATH: process.env.PATH ?? "",
        CALLBOARD_PORT: String(ports.pages),
        CALLBOARD_SOCKET_PORT: String(ports.socket),
        CALLBOARD_AWS_PORT: String(ports.aws),
        CALLBOARD_DATA: data,
        ...env,
      });
      started.push(running);
      return running;
    },
    async close() {
      for (const one of started) one.signal("SIGKILL");
      await Promise.all(started.map(({ ended }) => ended));
      const left = await engine();
      if (left !== undefined && (await isRunning(left))) process.kill(left, "SIGKILL");
      await rm(data, { recursive: true, force: true });
    },
  };
}

function run(cwd: string, args: readonly string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
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
  const start = within(startMs, "start", Promise.race([up, early]));
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

/** Whether a process runs; one that has ended and that nobody has asked for does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat !== undefined && stat.slice(stat.lastIndexOf(")") + 2)[0] !== "Z";
}

/** The processes that a process has started and that still run. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(parent) === pid && state !== "Z") children.push(Number(name));
  }
  return children;
}
