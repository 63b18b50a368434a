// Loaded into a service that is measured, whichever checkout it is of: it tells what processor time was used so far.
import { readFileSync, rmSync } from "node:fs";

/** Milliseconds of one of the ticks that Linux counts a process's time in. */
const tickMs = 10;

process.on("message", (question) => {
  const { user, system } = process.cpuUsage();
  const answer = {
    re: question,
    serviceMs: (user + system) / 1000,
    mainMs: mainMs(),
    childrenMs: childrenMs(),
  };
  process.send?.(answer);
});
// No load outlives the bench: what it has started stops when it is gone, and leaves nothing behind.
process.on("disconnect", () => {
  process.on("exit", () => rmSync(process.env.CALLBOARD_DATA, { recursive: true, force: true }));
  process.kill(process.pid, "SIGTERM");
});

/**
 * That of the main thread alone, in nanoseconds to begin with (the first field of schedstat); where the system does not
 * tell, how long its event loop was not idle.
 */
function mainMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch (_) {
    return performance.eventLoopUtilization().active;
  }
}

/** That of the processes that this one has started, as of an engine beside it; 0 where the system does not tell. */
function childrenMs() {
  try {
    const ids = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
    return ids.filter(Boolean).reduce((sum, id) => sum + processMs(id), 0);
  } catch (_) {
    return 0;
  }
}

/** utime and stime, the 14th and 15th field of proc_pid_stat(5); the name before them may hold spaces. */
function processMs(id) {
  const text = readFileSync(`/proc/${id}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
