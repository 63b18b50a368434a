import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Callboard as `npm start` runs it, of this checkout or another one, on free ports and with a folder of its own. */
export interface Service {
  readonly pages: string;
  readonly socket: string;
  readonly aws: string;
  /** The folder of its data. */
  readonly data: string;
  /** Milliseconds of the processor so far. */
  cpuMs(): Promise<ProcessorTime>;
  /** Stops it and keeps its folder, for another service to start on. */
  stop(): Promise<void>;
  /** Stops it and removes its folder; it is killed if that takes too long. */
  end(): Promise<void>;
}

/** Of the service's process, of its main thread, and of a separate engine that it started, in milliseconds. */
interface ProcessorTime {
  readonly service: number;
  readonly main: number;
  readonly engine: number;
}

/** The first start of a checkout builds its pages and its bundle; in milliseconds. */
const START_MS = 300_000;
const END_MS = 30_000;

/** The root of this checkout. */
export const thisRoot = fileURLToPath(new URL("../..", import.meta.url));

/** Says in one line why a folder is not a checkout that `npm start` could serve; undefined for one that is. */
export function checkoutProblem(root: string): string | undefined {
  if (!existsSync(join(root, "scripts/run.js"))) return `${root} is not a checkout of Callboard`;
  if (!existsSync(join(root, "node_modules"))) return `${root} has no libraries: run npm ci there`;
  return undefined;
}

/**
 * Starts what `npm start` starts in the checkout at `root`. It uses only what every version has: the settings
 * `CALLBOARD_*` for ports and data, the addresses that it prints, and `/config.json`. It starts on an empty
 * folder unless one is given. If it does not start, rejects with what it has printed.
 */
export async function startService(root = thisRoot, folder?: string): Promise<Service> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), "callboard-bench-")));
  const profiles = process.env.BENCH_CPU_PROF;
  const child = fork(join(root, "scripts/run.js"), ["start"], {
    cwd: root,
    env: {
      ...process.env,
      CALLBOARD_PORT: "0",
      CALLBOARD_SOCKET_PORT: "0",
      CALLBOARD_AWS_PORT: "0",
      CALLBOARD_DATA: data,
    },
    execArgv: [
      "--import",
      new URL("./tell-cpu.js", import.meta.url).href,
      ...(profiles ? ["--cpu-prof", `--cpu-prof-dir=${profiles}/service`] : []),
    ],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const ended = new Promise<void>((exit) => child.once("exit", () => exit()));
  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), END_MS);
    await ended;
    clearTimeout(late);
  };
  const end = async () => {
    await stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    const { pages, aws } = await addressesOf(child);
    const config = (await (await fetch(`${pages}/config.json`)).json()) as { socketUrl: string };
    return { pages, aws, socket: config.socketUrl, data, cpuMs: () => cpuMsOf(child), stop, end };
  } catch (cause) {
    await end();
    throw cause;
  }
}

/** Reads its output until it has printed its addresses. */
function addressesOf(child: ChildProcess): Promise<{ pages: string; aws: string }> {
  return new Promise((found, fail) => {
    let printed = "";
    const late = setTimeout(() => fail(new Error(`the service does not come up:\n${printed}`)), START_MS);
    const read = (chunk: Buffer) => {
      // Later output is about its work, and is long under load.
      if (printed.length > 100_000) return;
      printed += chunk;
      const addresses = readAddresses(printed);
      if (!addresses) return;
      clearTimeout(late);
      found(addresses);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(late);
      fail(new Error(`the service has ended (${code}):\n${printed}`));
    });
  });
}

/** The landing page's address is printed first, that of AWS by its name. */
export function readAddresses(printed: string): { pages: string; aws: string } | undefined {
  const [, pages] = /(http:\/\/127\.0\.0\.1:\d+)\b/.exec(printed) ?? [];
  const [, aws] = /\bAWS\s+(http:\/\/127\.0\.0\.1:\d+)\b/.exec(printed) ?? [];
  return pages && aws ? { pages, aws } : undefined;
}

let asked = 0;

function cpuMsOf(child: ChildProcess): Promise<ProcessorTime> {
  const id = ++asked;
  return new Promise((told, fail) => {
    const take = (answer: { re: number; serviceMs: number; mainMs: number; childrenMs: number }) => {
      if (answer.re !== id) return;
      child.off("message", take);
      child.off("exit", gone);
      told({ service: answer.serviceMs, main: answer.mainMs, engine: answer.childrenMs });
    };
    const gone = () => fail(new Error("the service has ended"));
    child.on("message", take);
    child.once("exit", gone);
    child.send(id);
  });
}
