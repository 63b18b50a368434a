import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A system's data about a running process; zombies do not count. */
interface Process {
  readonly id: number;
  readonly parent: number;
  /** Windows has no groups: 0. */
  readonly group: number;
}

/** Whether a process runs. */
export const isRunning = async (id: number): Promise<boolean> =>
  (await processes()).some((process) => process.id === id);

/** A process and all of its descendants that still run. */
export async function treeOf(id: number): Promise<number[]> {
  const all = await processes();
  const found = new Set(all.filter((process) => process.id === id).map((process) => process.id));
  for (const parent of found)
    for (const process of all) if (process.parent === parent && process.id !== 0) found.add(process.id);
  return [...found];
}

/** The processes among these that still run. */
export async function leftOf(ids: readonly number[]): Promise<number[]> {
  const running = new Set((await processes()).map(({ id }) => id));
  return ids.filter((id) => running.has(id));
}

/** The processes of a group that still run. */
export const membersOf = async (group: number): Promise<number[]> =>
  (await processes()).filter((process) => process.group === group).map(({ id }) => id);

function processes(): Promise<Process[]> {
  if (process.platform === "linux") return processesOfLinux();
  return process.platform === "win32" ? processesOfWindows() : processesByPs();
}

async function processesOfLinux(): Promise<Process[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const stat = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
      const [state = "Z", parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return { state: state || "Z", id: Number(id), parent: Number(parent), group: Number(group) };
    }),
  );
  return found.filter(({ state }) => state !== "Z");
}

async function processesByPs(): Promise<Process[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat="]);
  return linesOf(stdout)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => !state?.startsWith("Z"))
    .map(([id, parent, group]) => ({ id: Number(id), parent: Number(parent), group: Number(group) }));
}

async function processesOfWindows(): Promise<Process[]> {
  const list = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }';
  const { stdout } = await run("powershell", ["-NoProfile", "-Command", list], { maxBuffer: 2 ** 24 });
  return linesOf(stdout)
    .map((line) => line.split(" "))
    .map(([id, parent]) => ({ id: Number(id), parent: Number(parent), group: 0 }));
}

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== "");
