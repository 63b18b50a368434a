import { Worker } from "node:worker_threads";

/** As long as the state waits for a heartbeat: what was silent for longer, nobody waits for any more. */
export const SILENCE_MS = 300_000;

/** `process.exit` would end the thread alone. */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const timer = setTimeout(() => process.kill(process.pid, "SIGKILL"), workerData);
parentPort.on("message", () => timer.refresh());`;

/**
 * Kills this process once it was not heard of for so many milliseconds: call what it returns to be heard of. It has a
 * thread of its own, so that nothing in which the process hangs holds it up. A process 1 would survive it.
 */
export function watchdog(silenceMs = SILENCE_MS): () => void {
  const thread = new Worker(THREAD, { eval: true, execArgv: [], workerData: silenceMs });
  thread.unref();
  return () => thread.postMessage("heard");
}
