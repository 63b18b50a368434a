import { spawn } from "node:child_process";
import { constants, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { RunContainers } from "@callboard/aws-local";

/** How long a container may run after it was stopped, or after its state has its result, in milliseconds. */
const GRACE_MS = 1000;

/** The program of a container, in this folder; in a bundle it has another name. */
const program = (): string[] => {
  const isSource = import.meta.url.endsWith(".ts");
  const file = fileURLToPath(new URL(isSource ? "./program.ts" : "./container.js", import.meta.url));
  return isSource ? ["--import", "tsx", file] : [file];
};

/**
 * Runs containers as processes, each with `environment` and its task's overrides, and nothing on the command
 * line. After a signal the exit code is the one that a shell gives: 137 for SIGKILL. Rejects when no process
 * could be started.
 */
export const containerProcesses =
  (environment: () => Readonly<Record<string, string>>, args = program()): RunContainers =>
  async ({ containers, signal }) => {
    const [container] = containers;
    // Windows adds by itself what a process needs.
    const env = { TMPDIR: tmpdir(), ...environment(), ...container?.environment };
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "ignore", "ipc"] });
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code, by) =>
          resolve(
            by === null
              ? { exitCode: code ?? 1 }
              : { exitCode: 128 + constants.signals[by], reason: `it was ended by ${by}` },
          ),
        );
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  };
