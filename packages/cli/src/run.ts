import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

const exit = { done: 0, failed: 1, misused: 2 } as const;

/** Runs one command and returns the process's exit code: 0 done, 1 failed, 2 wrong usage. */
export async function run(given: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exit.done;
  const program = createProgram(terminal, (how) => {
    code = exit[how];
  });
  try {
    await program.parseAsync(given, { from: "user" });
    return code;
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    // The text for --help or --version has been printed.
    return cause.exitCode === 0 ? exit.done : exit.misused;
  }
}
