import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Where the tested client finds the server and its tokens. */
interface ProgramVariables {
  readonly CALLBOARD_URL: string;
  readonly CALLBOARD_TOKEN_URL: string;
}

/** Callbacks for a program's output and end. */
interface ProgramListener {
  /** A line on its standard output. */
  line(text: string): void;
  /** A line on its standard error, for people. */
  aside(text: string): void;
  /** It ended by itself, or could not start. */
  ended(how: string): void;
}

/** The client under test, running. */
export interface Program {
  /** Writes a line to its standard input. */
  write(line: string): void;
  /** Ends its standard input, and soon afterwards the program. */
  end(): Promise<void>;
}

export type StartProgram = (variables: ProgramVariables, listener: ProgramListener) => Program;

/** How long a program has to end by itself after its standard input has ended, in milliseconds. */
const GRACE_MS = 1000;

/** Starts a command for each case, in its own process group, so that its child processes end with it. */
export const commandProgram =
  (
    [command = "", ...args]: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
  ): StartProgram =>
  (variables, listener) => {
    const hasGroups = process.platform !== "win32";
    const child = spawn(command, args, { env: { ...env, ...variables }, detached: hasGroups, stdio: "pipe" });
    let over = false;
    const ended = new Promise<void>((resolve) => {
      const reportEnd = (how: string) => {
        if (!over) listener.ended(how);
        over = true;
        resolve();
      };
      child.once("error", (error: NodeJS.ErrnoException) =>
        reportEnd(`it cannot be started: ${error.code ?? error.message}`),
      );
      child.once("close", (code, signal) =>
        reportEnd(signal ? `it was ended by ${signal}` : `it ended with status ${code}`),
      );
    });
    const kill = () => {
      try {
        if (hasGroups && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // The group has ended already.
      }
    };
    // Writing to a program that has ended is ignored on purpose.
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", listener.line);
    createInterface({ input: child.stderr }).on("line", listener.aside);
    process.once("exit", kill);
    return {
      write: (line) => void child.stdin.write(`${line}\n`),
      async end() {
        over = true;
        child.stdin.end();
        const timer = setTimeout(kill, GRACE_MS);
        await ended;
        clearTimeout(timer);
        kill();
        process.off("exit", kill);
      },
    };
  };
