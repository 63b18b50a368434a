import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DefinitionError, expand } from "@callboard/asl";
import { type Ended, printable, type Terminal } from "../terminal.ts";
import { mostBytes, readDefinition, readSubstitutions } from "./definition-file.ts";
import { putMachine } from "./put-machine.ts";

/** The options of `callboard asl`. */
export interface AslOptions {
  readonly out?: string;
  readonly bus?: string;
  readonly check?: true;
  /** `NAME=VALUE` each. */
  readonly set: readonly string[];
  /** A file of names and values. */
  readonly substitutions?: string;
  /** The name of a state machine of this machine. */
  readonly machine?: string;
}

/**
 * Writes out the states of a definition that report and ask, with what a deployment fills in, or says whether that was done
 * since it changed, or makes a state machine of it.
 */
export async function asl(terminal: Terminal, file: string, options: AslOptions): Promise<Ended> {
  const { out, bus, check, machine } = options;
  if (check && out === undefined) return { misuse: "--check needs --out, the file that is checked" };
  if (machine !== undefined && out !== undefined)
    return { misuse: "--machine and --out are two ways: choose one" };
  if (out !== undefined && resolve(out) === resolve(file)) return { misuse: "--out is FILE itself" };
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
  if (Buffer.byteLength(expanded) > mostBytes) return say(`over ${mostBytes} bytes, written out`);
  if (machine !== undefined) {
    if (read.unfilled.length > 0)
      return say(`say what is filled in: ${read.unfilled.map((name) => `--set ${name}=…`).join(" ")}`);
    return putMachine(terminal, machine, expanded);
  }
  if (out === undefined) terminal.print(expanded.trimEnd());
  else if (check) return compare(terminal, out, expanded);
  else return write(terminal, out, expanded);
  return "done";
}

async function compare(terminal: Terminal, out: string, expanded: string): Promise<Ended> {
  const there = await readFile(out, "utf8").catch(() => undefined);
  // Whoever checks out a file on Windows may have its lines ended in another way.
  if (there?.replaceAll("\r\n", "\n") === expanded) return "done";
  const how = there === undefined ? "is not there" : "is not what the definition gives by now";
  terminal.warn(`${printable(out)} ${how}: write it without --check`);
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
