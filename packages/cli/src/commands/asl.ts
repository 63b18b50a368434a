import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DefinitionError, expand } from "@callboard/asl";
import { type Ended, printable, type Terminal } from "../terminal.ts";
import { MAX_BYTES, readDefinition, readSubstitutions } from "./definition-file.ts";
import { putMachine } from "./put-machine.ts";

/** The options of `callboard asl`. */
export interface AslOptions {
  readonly out?: string;
  readonly bus?: string;
  readonly check?: true;
  /** Each is `NAME=VALUE`. */
  readonly set: readonly string[];
  /** A JSON file of names and values. */
  readonly substitutions?: string;
  /** The name of a state machine on this machine. */
  readonly machine?: string;
}

/**
 * Writes out the states of a definition that report and ask, with the deployment's values. Or checks that an earlier
 * output is up to date, or creates a state machine from it.
 */
export async function asl(terminal: Terminal, file: string, options: AslOptions): Promise<Ended> {
  const { out, bus, check, machine } = options;
  if (check && out === undefined) return { misuse: "--check needs --out, the file to check" };
  if (machine !== undefined && out !== undefined) return { misuse: "use --machine or --out, not both" };
  if (out !== undefined && resolve(out) === resolve(file))
    return { misuse: "--out is the same file as FILE" };
  const values = await readSubstitutions(options.set, options.substitutions);
  if (typeof values === "string") return { misuse: values };
  const say = (fault: string): Ended => {
    for (const line of fault.split("\n")) terminal.warn(`${printable(file)}: ${printable(line)}`);
    return "failed";
  };
  const read = await readDefinition(file, values);
  if ("fault" in read) return say(read.fault);
  let expanded: string;
  try {
    expanded = `${JSON.stringify(expand(read.definition, bus === undefined ? {} : { bus }), null, 2)}\n`;
  } catch (cause) {
    if (!(cause instanceof DefinitionError)) throw cause;
    return say(cause.message);
  }
  if (Buffer.byteLength(expanded) > MAX_BYTES) return say(`written out, it is over ${MAX_BYTES} bytes`);
  if (machine !== undefined) {
    if (read.unfilled.length > 0)
      return say(`values are missing: ${read.unfilled.map((name) => `--set ${name}=…`).join(" ")}`);
    return putMachine(terminal, machine, expanded);
  }
  if (out === undefined) terminal.print(expanded.trimEnd());
  else if (check) return compare(terminal, out, expanded);
  else return write(terminal, out, expanded);
  return "done";
}

async function compare(terminal: Terminal, out: string, expanded: string): Promise<Ended> {
  const there = await readFile(out, "utf8").catch(() => undefined);
  // On Windows, a checkout may change line ends.
  if (there?.replaceAll("\r\n", "\n") === expanded) return "done";
  const how = there === undefined ? "does not exist" : "is not up to date with the definition";
  terminal.warn(`${printable(out)} ${how}: run the command again without --check`);
  return "failed";
}

async function write(terminal: Terminal, out: string, expanded: string): Promise<Ended> {
  try {
    await writeFile(out, expanded);
    return "done";
  } catch (cause) {
    terminal.warn(`${printable(out)}: cannot be written: ${(cause as NodeJS.ErrnoException).code}`);
    return "failed";
  }
}
