import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** A process that no later process can be taken for, even when its number is given out again. */
export interface ProcessIdentity {
  pid: number;
  /** When it began, in the system's own terms. */
  began: string;
}

/** Identifies a running process; undefined if there is none of that number (or only a zombie). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const began = process.platform === "linux" ? await beganByProc(pid) : await beganByPs(pid);
  return began === undefined ? undefined : { pid, began };
}

/** Whether that very process still runs. */
export async function isRunning(one: ProcessIdentity): Promise<boolean> {
  return (await identify(one.pid))?.began === one.began;
}

/**
 * Signals a process with all that it has started, if it leads a group: an engine on the path may be a script that runs
 * the program. A group that is gone is no error.
 */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}

/** The boot's id and the start time in clock ticks since boot. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function beganByProc(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name, which may itself hold spaces and brackets.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : `${boot.trim()}/${fields[18]}`;
  } catch {
    return undefined;
  }
}

async function beganByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
