import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DefinitionError, expand } from "@callboard/asl";
import { type Ended, printable, type Terminal } from "../terminal.ts";

/** The options of `callboard asl`. */
export interface AslOptions {
  readonly out?: string;
  readonly bus?: string;
  readonly check?: true;
}

/** AWS: a definition has so many bytes at most. */
const mostBytes = 1024 * 1024;

/** Writes out the states of a definition that report and ask, or says whether that was done since it changed. */
export async function asl(terminal: Terminal, file: string, { out, bus, check }: AslOptions): Promise<Ended> {
  if (check && out === undefined) return { misuse: "--check needs --out, the file that is checked" };
  if (out !== undefined && resolve(out) === resolve(file)) return { misuse: "--out is FILE itself" };
  const say = (fault: string): Ended => {
    for (const line of fault.split("\n")) terminal.warn(`${printable(file)}: ${printable(line)}`);
    return "failed";
  };
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return say("cannot be read");
  const definition = definitionOf(text);
  if (typeof definition === "string") return say(definition);
  let expanded: string;
  try {
    expanded = `${JSON.stringify(expand(definition, bus === undefined ? {} : { bus }), null, 2)}\n`;
  } catch (cause) {
    if (!(cause instanceof DefinitionError)) throw cause;
    return say(cause.message);
  }
  if (Buffer.byteLength(expanded) > mostBytes) return say(`over ${mostBytes} bytes, written out`);
  if (out === undefined) terminal.print(expanded.trimEnd());
  else if (check) return compare(terminal, out, expanded);
  else return write(terminal, out, expanded);
  return "done";
}

/** The definition, or why it is none. */
function definitionOf(text: string): object | string {
  if (Buffer.byteLength(text) > mostBytes) return `over ${mostBytes} bytes`;
  try {
    const definition: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    const isObject = typeof definition === "object" && definition !== null && !Array.isArray(definition);
    return isObject ? definition : "no definition of a state machine: expected an object";
  } catch (cause) {
    return `not JSON: ${(cause as Error).message}`;
  }
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
