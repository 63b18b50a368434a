import { Worker } from "node:worker_threads";

/** As long as the state waits for a heartbeat: after a longer silence the state no longer waits. */
export const SILENCE_MS = 300_000;

/** `process.exit` would only end the thread. */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const timer = setTimeout(() => process.kill(process.pid, "SIGKILL"), workerData);
parentPort.on("message", () => timer.refresh());`;

/**
 * Kills this process after that many milliseconds without a sign of life; each call of the returned function is one. It runs
 * in its own thread, so that it works even if the process hangs. Process 1 of a container would survive it.
 */
export function watchdog(silenceMs = SILENCE_MS): () => void {
  const thread = new Worker(THREAD, { eval: true, execArgv: [], workerData: silenceMs });
  thread.unref();
  return () => thread.postMessage("heard");
}
