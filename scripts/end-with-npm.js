import { readFileSync } from "node:fs";

const pollMs = 500;
const isWatched = Symbol.for("callboard ends with npm");

/**
 * Lets this process end as by SIGHUP once npm has ended that runs it: npm does not hand on every signal, and none when it
 * is killed. To be called as soon as the process runs. A process that was started in another way may outlive whoever
 * started it, and is left alone.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || globalThis[isWatched]) return;
  globalThis[isWatched] = true;
  const parent = process.ppid;
  const first = lineage();
  if (isOrphan(first[first.length - 1])) process.exit(129);
  const timer = setInterval(() => {
    if (lineage().join() === first.join() && isThere(parent)) return;
    clearInterval(timer);
    if (!process.emit("SIGHUP", "SIGHUP")) process.exit(129);
  }, pollMs).unref();
}

/**
 * The parent's id and, where a shell stands between it and npm (`sh -c`), that of the shell's parent too. Only Linux
 * tells. The shells of other systems make room for a last command, so that npm itself is the parent.
 */
function lineage() {
  const { ppid } = process;
  const isShell = readText(`/proc/${ppid}/cmdline`).split("\0")[1] === "-c";
  return isShell ? [ppid, Number(statOf(ppid).parent)] : [ppid];
}

/** Whether npm had ended before this process ran: then another stands in its place, the system's first or a user's. */
function isOrphan(npm) {
  if (process.platform !== "linux") return npm === 1;
  const { name, group } = statOf(npm);
  // In a container npm may be the first process itself; what it runs is of its group.
  return (npm === 1 || name === "systemd") && group !== statOf("self").group;
}

/** What Linux tells of a process; on other systems nothing. */
function statOf(pid) {
  const stat = readText(`/proc/${pid}/stat`);
  const [, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { name: stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")), parent, group };
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (_) {
    return "";
  }
}

/** Whether a parent runs. Its end changes the parent's id, but on Windows. */
function isThere(pid) {
  if (process.platform !== "win32") return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== "ESRCH";
  }
}
