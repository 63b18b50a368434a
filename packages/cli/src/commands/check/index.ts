import { SetupError } from "../../connect.ts";
import { type Ended, type Options, printable, type Terminal } from "../../terminal.ts";
import { BrokenLink } from "./finding.ts";
import { type Step, tries } from "./steps.ts";
import { readTarget } from "./target.ts";
import { walk } from "./walk.ts";

const USUAL_PATIENCE = 30;
/** Lambda retries after one and two more minutes before an event becomes a dead letter. */
const CAUSE_FACTOR = 8;

/**
 * Tests the whole way from a token to a receipt, prints a line for each link, and stops at the first broken
 * one.
 */
export async function check(terminal: Terminal, options: Options): Promise<Ended> {
  const seconds = Number(options.patience ?? USUAL_PATIENCE);
  if (!(seconds >= 1 && seconds <= 300)) return { misuse: "SECONDS must be from 1 to 300" };
  const patience = { linkMs: seconds * 1000, causeMs: seconds * 1000 * CAUSE_FACTOR };
  const steps: Step[] = [];
  const report = (step: Step) => {
    steps.push(step);
    if (!options.json) terminal.print(lineOf(step));
  };
  try {
    await walk(await readTarget(terminal, options), patience, tries(report));
  } catch (error) {
    if (!(error instanceof BrokenLink)) {
      terminal.warn(error instanceof SetupError ? error.message : oneLine(error));
      return "failed";
    }
  }
  const isWhole = steps.every(({ outcome }) => outcome === "holds");
  if (options.json) terminal.print(JSON.stringify({ ok: isWhole, steps }));
  return isWhole ? "done" : "failed";
}

function lineOf(step: Step): string {
  const start = `${step.link.padEnd(10)}${`${step.ms} ms`.padStart(10)}  `;
  if (step.outcome === "holds") return `ok      ${start}${printable(step.detail)}`;
  const indent = " ".repeat(8);
  return [
    `BROKEN  ${start}${printable(step.what)}`,
    `${indent}likely: ${printable(step.cause)}`,
    `${indent}look at: ${printable(step.look)}`,
  ].join("\n");
}

function oneLine(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return printable(`${name}: ${message.split("\n")[0]}`);
}
