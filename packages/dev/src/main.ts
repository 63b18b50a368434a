import { inspect } from "node:util";
import { startCallboard } from "./callboard.ts";
import { readSettings, StartError } from "./settings.ts";

/** What the process of `callboard start` is told and where it writes. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line, or several, of what was asked for. */
  print(text: string): void;
  /** A line of what went wrong. */
  warn(text: string): void;
}

/**
 * Runs all of Callboard as a process of its own, with the built pages of a folder: says where it is once it is up, and
 * ends the process with 0 when a signal stops it, with 1 when it cannot start or what it stands on fails.
 */
export async function runCallboard(terminal: Terminal, pages: string): Promise<void> {
  const fail = (cause: unknown) => {
    terminal.warn(toldOf(cause));
    process.exit(1);
  };
  try {
    const settings = readSettings(terminal.env);
    const callboard = await startCallboard(settings, { pages, say: terminal.print });
    let stopping: Promise<void> | undefined;
    let asked = 0;
    const stop = () => {
      // A terminal signals npm and what it runs, and npm hands it on: both are one Ctrl-C.
      if (stopping && performance.now() - asked < sameSignalMs) return;
      if (stopping) process.exit(130);
      asked = performance.now();
      terminal.print("\nStopping …");
      stopping = callboard.close().then(() => process.exit(0), fail);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    process.on("SIGHUP", stop);
    callboard.failed.then(fail, fail);
    const { pages: landing, viewer, creator, aws } = callboard.addresses;
    terminal.print(`
Callboard is up (${(performance.now() / 1000).toFixed(1)} s). Ctrl-C stops it; the data stays in ${settings.data}

  Start    ${landing}/
  Viewer   ${viewer}
  Creator  ${creator}
  AWS      ${aws}
`);
  } catch (cause) {
    fail(cause);
  }
}

/** Signals that come so soon after the first are the same wish, in milliseconds. */
const sameSignalMs = 500;

const mendable = [
  "SettingsError",
  "MissingEngine",
  "DirectoryInUse",
  "DamagedStore",
  "DamagedRecord",
  "NewerFolder",
  "OlderFolder",
  "UnusableFolder",
  "StoreFailure",
  "UnansweredEndpoint",
  "StartError",
];

/** What the person at the terminal can mend is one line; anything else is shown whole. */
function toldOf(cause: unknown): string {
  const mend = cause instanceof StartError || (cause instanceof Error && mendable.includes(cause.name));
  return mend ? cause.message : inspect(cause);
}
