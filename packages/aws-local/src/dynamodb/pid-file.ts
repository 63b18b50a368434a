import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { identify, isRunning, type ProcessIdentity, signalGroup } from "./process-identity.ts";

/** Another running process has claimed the same data. */
export class DirectoryInUse extends Error {
  override readonly name = "DirectoryInUse";

  constructor(path: string, pid: number) {
    super(`the data beside ${path} is in use by process ${pid}: stop it, or choose another directory`);
  }
}

/** A claim on a data directory: who runs an engine there, and which. */
export interface PidFile {
  /** Notes the engine, so that a later claim can end it should this process be killed. */
  record(enginePid: number): Promise<void>;
  release(): Promise<void>;
}

interface Content {
  owner: ProcessIdentity;
  engine?: ProcessIdentity;
}

const TERM_MS = 5_000;
const KILL_MS = 5_000;
const LOOK_MS = 20;

/**
 * Claims a directory for this process. An engine that a killed owner left running is ended first, by its process
 * id and only if it is still the same process. Throws `DirectoryInUse` while another owner runs.
 */
export async function claimPidFile(path: string): Promise<PidFile> {
  const owner = await identify(process.pid);
  if (!owner) throw new Error("this process cannot be identified");
  const claimed = await write(path, { owner }, "wx");
  if (!claimed) {
    const found = await read(path);
    if (found && (await isRunning(found.owner))) throw new DirectoryInUse(path, found.owner.pid);
    if (found?.engine) await endProcess(found.engine);
    await rm(path, { force: true });
    if (!(await write(path, { owner }, "wx")))
      throw new DirectoryInUse(path, (await read(path))?.owner.pid ?? 0);
  }
  return {
    async record(enginePid) {
      const engine = await identify(enginePid);
      if (!engine) return;
      // By renaming, so that a reader never finds half a file.
      await write(`${path}.new`, { owner, engine }, "w");
      await rename(`${path}.new`, path);
    },
    release: () => rm(path, { force: true }),
  };
}

/** Ends a process, in good manners first, and returns when it has gone. */
async function endProcess(one: ProcessIdentity): Promise<void> {
  for (const [signal, waitMs] of [
    ["SIGTERM", TERM_MS],
    ["SIGKILL", KILL_MS],
  ] as const) {
    for (let waited = 0; waited < waitMs; waited += LOOK_MS) {
      if (!(await isRunning(one))) return;
      if (waited === 0) signalGroup(one.pid, signal);
      await pause(LOOK_MS);
    }
  }
  throw new Error(`the left-over engine, process ${one.pid}, cannot be ended`);
}

async function write(path: string, content: Content, flag: "w" | "wx"): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(content), { flag });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

/** Undefined for a file that is gone or that a killed process left half written: neither names an engine. */
async function read(path: string): Promise<Content | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(path, "utf8"));
    return isContent(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function isContent(value: unknown): value is Content {
  if (typeof value !== "object" || value === null || !("owner" in value)) return false;
  return isIdentity(value.owner) && (!("engine" in value) || isIdentity(value.engine));
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== "object" || value === null || !("pid" in value) || !("began" in value)) return false;
  return Number.isInteger(value.pid) && (value.pid as number) > 1 && typeof value.began === "string";
}
