import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Where the client under test finds the server and its tokens. */
interface ProgramVariables {
  readonly CALLBOARD_URL: string;
  readonly CALLBOARD_TOKEN_URL: string;
}

/** What a program tells of itself. */
interface ProgramListener {
  /** A line on its standard output. */
  line(text: string): void;
  /** A line on its standard error: for people. */
  aside(text: string): void;
  /** It ended by itself, or never began. */
  ended(how: string): void;
}

/** The client under test, as it runs. */
export interface Program {
  /** Writes a line to its standard input. */
  say(line: string): void;
  /** Ends its standard input, and soon thereafter the program. */
  end(): Promise<void>;
}

export type StartProgram = (variables: ProgramVariables, listener: ProgramListener) => Program;

/** A program has so long to end by itself once its standard input has ended, in milliseconds. */
const GRACE_MS = 1000;

/** Starts a command for each case, in a group of its own, so that what it started itself ends with it. */
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
      const tell = (how: string) => {
        if (!over) listener.ended(how);
        over = true;
        resolve();
      };
      child.once("error", (error: NodeJS.ErrnoException) =>
        tell(`it cannot be started: ${error.code ?? error.message}`),
      );
      child.once("close", (code, signal) =>
        tell(signal ? `it was ended by ${signal}` : `it ended with status ${code}`),
      );
    });
    const kill = () => {
      try {
        if (hasGroups && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // There is none any more.
      }
    };
    // What is written to a program that has ended is lost, as it should be.
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", listener.line);
    createInterface({ input: child.stderr }).on("line", listener.aside);
    process.once("exit", kill);
    return {
      say: (line) => void child.stdin.write(`${line}\n`),
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
