import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The folder of the built docs. The package contains it; in a clone, a program builds it at the first request
 * and prints its path. That program is `maker`, a file in a folder of the clone; the signal ends it.
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
      // The next request tries again.
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
