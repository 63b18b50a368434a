import { runCallboard } from "@callboard/dev";
import { beside } from "../beside.ts";
import type { Ended, Terminal } from "../terminal.ts";

/** Runs all of Callboard on this machine; it ends the process itself. */
export async function start(terminal: Terminal): Promise<Ended> {
  await runCallboard(terminal, beside("pages"));
  return "done";
}
