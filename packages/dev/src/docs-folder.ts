import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The folder of the built docs: the package has it beside its pages, and in a clone a program makes it, once somebody asks
 * for it, and prints where it is. That program is `maker`, a file in a folder of the clone; it ends with the signal.
 */
export function docsFolder(
  pages: string,
  maker: string | undefined,
  signal?: AbortSignal,
): () => Promise<string> {
  if (maker === undefined) return async () => join(pages, "docs");
  let made: Promise<string> | undefined;
  return () => {
    made ??= make(maker, signal).catch((cause: unknown) => {
      // Whoever asks next has it tried again.
      made = undefined;
      throw cause;
    });
    return made;
  };
}

async function make(maker: string, signal: AbortSignal | undefined): Promise<string> {
  const options = { cwd: dirname(dirname(maker)), ...(signal ? { signal } : {}) };
  const { stdout } = await run(process.execPath, ["--import", "tsx", maker], options);
  return stdout.trim();
}
