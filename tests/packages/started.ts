import { spawn } from "node:child_process";
import { freePorts } from "../e2e/machine.ts";
import { within } from "../e2e/people.ts";
import { membersOf } from "../e2e/processes.ts";
import { type Project, plainEnvironment } from "./project.ts";

/** A Callboard that was started in a user's project. */
export interface Started {
  readonly pages: string;
  readonly socket: string;
  /** The variables by which a command in another terminal finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether any of its processes still runs; zombies do not count. */
  isLeft(): Promise<boolean>;
  /** Stops it as a terminal does; resolves with its output. */
  stop(): Promise<string>;
}

/**
 * Starts it by a command line, with data in the project's folder, on free ports or, with the `env` of an earlier start,
 * on the same ports.
 */
export async function startCallboard(
  project: Project,
  line: string,
  before?: Started["env"],
): Promise<Started> {
  const env = before ?? portVariables(await freePorts(3));
  const child = spawn("sh", ["-c", `exec ${line}`], {
    cwd: project.folder,
    // A process group of its own, which gets the signal as in a terminal.
    detached: true,
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  // All processes that npm started have closed their output by then.
  const ended = new Promise<string>((resolve) => {
    child.once("close", () => resolve(output));
  });
  const up = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes("Callboard is up")) resolve();
      });
    void ended.then(() => reject(new Error(`it ended: ${output}`)));
  });
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, name);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
    }
  };
  try {
    await within(45_000, "start", up);
  } catch (cause) {
    signal("SIGKILL");
    throw cause;
  }
  return {
    pages: `http://127.0.0.1:${env.CALLBOARD_PORT}`,
    socket: `ws://127.0.0.1:${env.CALLBOARD_SOCKET_PORT}/`,
    env,
    isLeft: async () => (await membersOf(child.pid!)).length > 0,
    stop() {
      signal("SIGTERM");
      return within(15_000, "stop", ended);
    },
  };
}

const portVariables = ([pages, socket, aws]: readonly number[]): Started["env"] => ({
  CALLBOARD_PORT: String(pages),
  CALLBOARD_SOCKET_PORT: String(socket),
  CALLBOARD_AWS_PORT: String(aws),
});
