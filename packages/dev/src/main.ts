import { inspect } from "node:util";
import { startCallboard } from "./callboard.ts";
import { docsFolder } from "./docs-folder.ts";
import { readSettings } from "./settings.ts";
import { supervisorIn } from "./supervisor.ts";

/** The input and output of the process of `callboard start`. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line, or several, of the result. */
  print(text: string): void;
  /** Prints an error line. */
  warn(text: string): void;
}

/** The longest time that a stopping process waits, in milliseconds: accepted data is on the disk. */
const MAX_STOP_MS = 1_200;

/** A second signal within this time counts as the first one, in milliseconds. */
const SAME_SIGNAL_MS = 500;

/**
 * Runs all of Callboard as a process, with the built pages in a folder. It prints the addresses once it runs.
 * It ends the process with 0 when a signal stops it, even during the start, and with 1 when it cannot start
 * or a part that it needs fails.
 */
export async function runCallboard(terminal: Terminal, pages: string): Promise<void> {
  const { signal } = stopOnSignals(terminal);
  // Other users of the machine must not read what people and workflows write.
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
    // Parts that are closed during the start fail in various ways.
    if (isUp || !signal.aborted) {
      terminal.warn(messageOf(cause));
      process.exit(1);
    }
  }
  process.exit(0);
}

const elsewhere = (mailServer: string): string =>
  `\n\n  Callboard's own mails go through ${mailServer}; they are not in the mailbox.`;

/**
 * Aborts at the first signal. A second signal ends the process at once, and so does a timeout when a part
 * does not close.
 */
function stopOnSignals({ print, warn }: Terminal): AbortController {
  const stopping = new AbortController();
  let asked: number | undefined;
  const stop = () => {
    // A terminal signals npm and its child, and npm passes the signal on: both are one Ctrl-C.
    if (asked !== undefined && performance.now() - asked < SAME_SIGNAL_MS) return;
    if (asked !== undefined) process.exit(130);
    asked = performance.now();
    print("\nStopping …");
    setTimeout(() => {
      warn("A part did not stop in time and was ended; accepted data is on the disk.");
      process.exit(0);
    }, MAX_STOP_MS);
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

/** Whether the person at the terminal can fix it: then its message is one line that says how. */
export const isFixable = (cause: unknown): cause is Error =>
  cause instanceof Error && mendable.includes(cause.name);

const messageOf = (cause: unknown): string => (isFixable(cause) ? cause.message : inspect(cause));
