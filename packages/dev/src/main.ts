import { inspect } from "node:util";
import { startCallboard } from "./callboard.ts";
import { docsFolder } from "./docs-folder.ts";
import { readSettings } from "./settings.ts";
import { supervisorIn } from "./supervisor.ts";

/** What the process of `callboard start` is told and where it writes. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line, or several, of what was asked for. */
  print(text: string): void;
  /** A line of what went wrong. */
  warn(text: string): void;
}

/** Longer than this nothing keeps a process that was told to stop, in milliseconds: what was accepted is on the disk. */
const longestStopMs = 1_200;

/** Signals that come so soon after the first are the same wish, in milliseconds. */
const sameSignalMs = 500;

/**
 * Runs all of Callboard as a process of its own, with the built pages of a folder: says where it is once it is up, and
 * ends the process with 0 when a signal stops it, also while it starts, and with 1 when it cannot start or what it stands
 * on fails.
 */
export async function runCallboard(terminal: Terminal, pages: string): Promise<void> {
  const { signal } = stopOnSignals(terminal);
  // What people and workflows say is for nobody else on the machine.
  process.umask(0o077);
  let isUp = false;
  try {
    const settings = readSettings(terminal.env);
    const supervisor = supervisorIn(terminal.env);
    const callboard = await startCallboard(settings, {
      pages,
      docs: docsFolder(pages, terminal.env.CALLBOARD_DOCS_MAKER, signal),
      say: terminal.print,
      signal,
      kill: supervisor?.kill,
    });
    isUp = true;
    const { pages: landing, viewer, creator, aws, smtp, mail, mailServer } = callboard.addresses;
    supervisor?.isUp(callboard.addresses);
    const took = performance.timeOrigin + performance.now() - (supervisor?.began ?? performance.timeOrigin);
    terminal.print(`
Callboard is up (${(took / 1000).toFixed(1)} s). Ctrl-C stops it; the data stays in ${settings.data}

  Start    ${landing}/
  Viewer   ${viewer}
  Creator  ${creator}
  Docs     ${landing}/docs/
  AWS      ${aws}
  SMTP     ${smtp}${mail ? `\n  Mail     ${mail}` : ""}${mailServer ? elsewhere(mailServer) : ""}
`);
    await aborted(signal);
    await callboard.close();
  } catch (cause) {
    // What is closed while it starts fails in ways of its own.
    if (isUp || !signal.aborted) {
      terminal.warn(toldOf(cause));
      process.exit(1);
    }
  }
  process.exit(0);
}

const elsewhere = (mailServer: string): string =>
  `\n\n  Callboard's own mails go through ${mailServer}; the mailbox does not have them.`;

/** Is aborted by the first signal. A second one ends the process at once; so does time, when something does not close. */
function stopOnSignals({ print, warn }: Terminal): AbortController {
  const stopping = new AbortController();
  let asked: number | undefined;
  const stop = () => {
    // A terminal signals npm and what it runs, and npm hands it on: both are one Ctrl-C.
    if (asked !== undefined && performance.now() - asked < sameSignalMs) return;
    if (asked !== undefined) process.exit(130);
    asked = performance.now();
    print("\nStopping …");
    setTimeout(() => {
      warn("Something did not stop in time and was cut off; what was accepted is on the disk.");
      process.exit(0);
    }, longestStopMs);
    stopping.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  return stopping;
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });

const mendable = [
  "SettingsError",
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

/** Whether the person at the terminal can mend it: then its message is one line that says how. */
export const isMendable = (cause: unknown): cause is Error =>
  cause instanceof Error && mendable.includes(cause.name);

const toldOf = (cause: unknown): string => (isMendable(cause) ? cause.message : inspect(cause));
