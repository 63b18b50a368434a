import { cryptoIds, systemClock } from "@callboard/functions";
import { SetupError } from "../../connect.ts";
import { type Ended, printable, type Terminal } from "../../terminal.ts";
import { placeAt } from "./place.ts";
import { type PlanOptions, readPlan } from "./plan.ts";
import { reportOf } from "./report.ts";
import { simulate } from "./run.ts";

/** The options of `simulate`, as typed. */
export type SimulateOptions = PlanOptions & { readonly aws?: string; readonly json?: true };

/** Open files that a process needs in addition to one for each connection. */
const OTHER_FILES = 500;

/**
 * Plays broadcasts to viewers on this machine and prints which changes reached them; fails when anything was
 * lost or differs.
 */
export async function simulateBroadcasts(terminal: Terminal, options: SimulateOptions): Promise<Ended> {
  const plan = readPlan(options, cryptoIds.random().replace(/\W/g, "").slice(0, 8).toLowerCase());
  if ("misuse" in plan) return plan;
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of signals) process.once(signal, end);
  try {
    checkOpenFiles(plan.viewers + 2 * plan.channels + OTHER_FILES);
    const place = await placeAt(terminal, options.aws);
    const say = (line: string) => (options.json ? undefined : terminal.print(line));
    const outcome = await simulate(plan, place, systemClock, say, stop.signal);
    if (options.json) terminal.print(JSON.stringify(outcome));
    else terminal.print(["", ...reportOf(outcome)].map(printable).join("\n"));
    return outcome.failures.length === 0 ? "done" : "failed";
  } catch (error) {
    if (stop.signal.aborted) terminal.warn("it was stopped early; nothing is left running");
    else terminal.warn(error instanceof SetupError ? error.message : oneLine(error));
    return "failed";
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Each connection is an open file here and one in Callboard. Throws when this machine does not allow that
 * many.
 */
function checkOpenFiles(needed: number): void {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const allowed = report.userLimits?.open_files?.soft;
  if (typeof allowed === "number" && allowed < needed)
    throw new SetupError(`a process may open ${allowed} files here (ulimit -n), but ${needed} are needed`);
}

function oneLine(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return printable(`${name}: ${message.split("\n")[0]}`);
}
