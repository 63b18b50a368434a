import { type Ended, printable, type Terminal } from "../../terminal.ts";
import { conformanceCases } from "./cases/index.ts";
import { commandProgram } from "./program.ts";
import { type Outcome, runCases } from "./run-cases.ts";
import type { ConformanceCase } from "./stage.ts";

/** The options of `conformance-client`, as typed. */
export interface ConformanceOptions {
  readonly case: readonly string[];
  readonly list?: true;
  readonly json?: true;
  readonly patience?: string;
}

const USUAL_PATIENCE = 20;
/** How many cases run at once: most of the time they wait. */
const AT_ONCE = 4;

/**
 * Runs a client with a command, acts as the server of PROTOCOL.md, and prints which cases the client passes.
 */
export async function testClient(
  terminal: Terminal,
  operands: readonly string[],
  options: ConformanceOptions,
): Promise<Ended> {
  const cases = chosen(options.case);
  if ("misuse" in cases) return cases;
  if (options.list) {
    const listed = cases.map(({ name, demand, section }) => ({ name, demand, section }));
    terminal.print(options.json ? JSON.stringify(listed) : listed.map(inTwoLines).join("\n"));
    return "done";
  }
  const seconds = Number(options.patience ?? USUAL_PATIENCE);
  if (!(seconds >= 1 && seconds <= 300)) return { misuse: "SECONDS must be from 1 to 300" };
  const [first = "", ...others] = operands;
  const isAddress = /^[a-z]+:\/\//.test(first);
  const port = isAddress ? portOf(first) : 0;
  if (port === undefined)
    return { misuse: "ADDRESS must be on this machine, such as ws://127.0.0.1:4100: the kit listens there" };
  const command = isAddress ? others : operands;
  if (command.length === 0) return { misuse: "the command that runs your client is missing: -- COMMAND" };

  const stop = () => process.exit(1);
  for (const signal of signals) process.once(signal, stop);
  try {
    const outcomes = await runCases(cases, {
      start: commandProgram(command, terminal.env),
      port,
      patienceMs: seconds * 1000,
      atOnce: AT_ONCE,
      report: (outcome) => (options.json ? undefined : terminal.print(lineOf(outcome))),
    });
    const passed = outcomes.filter(({ outcome }) => outcome === "passed").length;
    const isWhole = passed === cases.length;
    if (options.json) terminal.print(JSON.stringify({ ok: isWhole, cases: outcomes }));
    else terminal.print(`${passed} of ${cases.length} cases passed`);
    return isWhole ? "done" : "failed";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    terminal.warn(`port ${port} is in use: choose another, or leave it out to get a free one`);
    return "failed";
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

function chosen(names: readonly string[]): readonly ConformanceCase[] | { readonly misuse: string } {
  const unknown = names.find((name) => !conformanceCases.some((one) => one.name === name));
  if (unknown !== undefined) return { misuse: `there is no case ${unknown}: --list shows all` };
  return names.length === 0 ? conformanceCases : conformanceCases.filter(({ name }) => names.includes(name));
}

/** The port on which the kit should listen; 0 when the address names none. */
function portOf(address: string): number | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(address);
  const isOurs = protocol === "ws:" && ["127.0.0.1", "localhost"].includes(hostname) && pathname === "/";
  return isOurs ? Number(port) : undefined;
}

const sectionOf = ({ section }: Pick<ConformanceCase, "section">): string => `PROTOCOL.md#${section}`;
const indent = " ".repeat(8);

const inTwoLines = (one: Pick<ConformanceCase, "name" | "demand" | "section">): string =>
  `${one.name.padEnd(22)}${one.demand}\n${" ".repeat(22)}${sectionOf(one)}`;

function lineOf(outcome: Outcome): string {
  const { name, ms, demand } = outcome;
  const start = `${name.padEnd(22)}${`${ms} ms`.padStart(9)}`;
  if (outcome.outcome === "passed") return `passed  ${start}`;
  return [
    `FAILED  ${start}  ${demand}`,
    `${indent}expected: ${outcome.expected}`,
    `${indent}came: ${outcome.came}`,
    `${indent}see ${sectionOf(outcome)}`,
    ...outcome.wire.map((frame) => `${indent}| ${frame}`),
    ...outcome.words.map((line) => `${indent}said: ${line}`),
  ]
    .map(printable)
    .join("\n");
}
