import { readFileSync } from "node:fs";

const pollMs = 500;
const isWatched = Symbol.for("callboard ends with npm");

/**
 * Ends this process as by SIGHUP once the npm that runs it has ended: npm does not pass on every signal, and none when
 * it is killed. Call it as soon as the process runs. It has no effect on a process that was started in another way,
 * which may outlive its parent.
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
 * The parent's id and, if there is a shell between this process and npm (`sh -c`), that of the shell's parent. Only
 * Linux shows it. The shells of other systems are replaced by their last command, so that npm itself is the parent.
 */
function lineage() {
  const { ppid } = process;
  const isShell = readText(`/proc/${ppid}/cmdline`).split("\0")[1] === "-c";
  return isShell ? [ppid, Number(statOf(ppid).parent)] : [ppid];
}

/**
 * Whether npm had ended before this process ran: then its parent is another process, the system's first or a user's.
 */
function isOrphan(npm) {
  if (process.platform !== "linux") return npm === 1;
  const { name, group } = statOf(npm);
  // In a container npm may be the first process itself; its children belong to its group.
  return (npm === 1 || name === "systemd") && group !== statOf("self").group;
}

/** Linux's data about a process; undefined on other systems. */
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

/** Whether a parent runs. Its end changes the parent's id, except on Windows. */
function isThere(pid) {
  if (process.platform !== "win32") return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== "ESRCH";
  }
}
