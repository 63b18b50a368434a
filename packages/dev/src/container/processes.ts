import { spawn } from "node:child_process";
import { constants, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { RunContainers } from "@callboard/aws-local";

/** How long a container may take to end by itself once it is stopped, or its state has its result. */
const GRACE_MS = 1000;

/** The program of a container, beside this file; a bundle has it under a name of its own. */
const program = (): string[] => {
  const isSource = import.meta.url.endsWith(".ts");
  const file = fileURLToPath(new URL(isSource ? "./program.ts" : "./container.js", import.meta.url));
  return isSource ? ["--import", "tsx", file] : [file];
};

/**
 * Containers as processes of their own, each with `environment` and what its task overrides, and with nothing on its
 * command line. One that a signal has ended has the exit code that a shell gives it: 137 after SIGKILL. Rejects when no
 * process could be started.
 */
export const containerProcesses =
  (environment: () => Readonly<Record<string, string>>, args = program()): RunContainers =>
  async ({ containers, signal }) => {
    const [container] = containers;
    // Windows hands on by itself what a process cannot do without.
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
