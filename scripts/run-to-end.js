import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";

const isWindows = process.platform === "win32";
/** The longest time to wait for a program to end after a signal, in milliseconds. */
const longestEndMs = 1_500;

/**
 * Runs a program and resolves with its status. A signal that comes meanwhile ends it with all of its child processes, and then this process.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 * @returns {Promise<number>}
 */
export function runToEnd(command, args, options) {
  return new Promise((resolve) => {
    // In a group of its own, so that it can be ended with its child processes.
    const child = spawn(command, args, { ...options, detached: !isWindows });
    let stopped = 0;
    const end = (signal) => {
      if (stopped) return;
      stopped = 128 + constants.signals[signal];
      endAll(child.pid, "SIGTERM");
      setTimeout(() => {
        endAll(child.pid, "SIGKILL");
        process.exit(stopped);
      }, longestEndMs);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, end);
    const over = (status) => {
      if (stopped) process.exit(stopped);
      for (const signal of signals) process.off(signal, end);
      resolve(status);
    };
    child.on("error", (error) => {
      console.error(`${command} could not be run: ${error.message}`);
      over(1);
    });
    child.on("close", (code) => over(code === null ? 1 : code));
  });
}

function endAll(pid, signal) {
  if (isWindows) spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"]);
  else
    try {
      process.kill(-pid, signal);
    } catch (_) {
      // It has ended.
    }
}
