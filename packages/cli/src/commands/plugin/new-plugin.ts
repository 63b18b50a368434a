import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pluginFiles, takenNames } from "@callboard/dev/plugins";
import { type Hook, hooks } from "@callboard/protocol";
import { type Ended, printable, quoted, type Terminal } from "../../terminal.ts";
import { scaffold } from "./scaffold.ts";

/** Valid names of a plugin: its folder, function, rule and event type all get this name. */
const NAME = /^[A-Za-z0-9][\w-]{0,43}$/;
/** Names that are not allowed as a folder on Windows, or that npm treats specially. */
const NO_FOLDER = /^(con|prn|aux|nul|com\d|lpt\d|node_modules)$/i;

/** The options of `callboard plugin new`. */
export interface NewOptions {
  readonly hook?: string;
  readonly typescript?: boolean;
}

/** Writes a new plugin into a new folder with its name in `into`, and changes no other file. */
export async function newPlugin(
  terminal: Terminal,
  name: string,
  { hook = "preValidate", typescript = false }: NewOptions,
  into = process.cwd(),
): Promise<Ended> {
  const problem = problemOf(name, hook);
  if (problem !== undefined) return { misuse: problem };
  const folder = resolve(into, name);
  try {
    await mkdir(folder);
    for (const [file, text] of Object.entries(scaffold(name, hook as Hook, pluginFiles, typescript)))
      await writeFile(join(folder, file), text, { flag: "wx" });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EEXIST" ? "exists already; nothing was changed" : `cannot be written: ${code}`;
    terminal.warn(`${printable(name)} ${why}`);
    return "failed";
  }
  terminal.print(
    `${name} is a plugin of ${hook}. ${join(name, "README.md")} explains how to try and deploy it.`,
  );
  return "done";
}

function problemOf(name: string, hook: string): string | undefined {
  if (!NAME.test(name) || NO_FOLDER.test(name))
    return `NAME: 1 to 44 letters, digits, _ or -, a letter or digit first, and allowed as a folder's name: not ${quoted(name.slice(0, 100))}`;
  if (takenNames.includes(name.toLowerCase()))
    return `NAME: Callboard already has a function with the name ${name}`;
  if (!hooks.some((one) => one === hook))
    return `--hook: one of ${hooks.join(", ")}: not ${quoted(hook.slice(0, 100))}`;
  return undefined;
}
