import { existsSync, utimesSync } from "node:fs";
import * as modules from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleFolder } from "./bundle-key.js";
import { runToEnd } from "./run-to-end.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Runs `callboard` with the arguments from a bundle of what stands in this clone now; makes the bundle first when there is
 * none. A start is a child of this process, which supervises it; all else runs in this one.
 * @param {string[]} args
 */
export async function runCallboard(args) {
  let folder = bundleFolder(root);
  if (!existsSync(folder)) {
    const status = await runToEnd(process.execPath, ["--import", "tsx", "scripts/bundle-make.ts"], {
      cwd: root,
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0) process.exit(status);
    // The sources may have changed while it was made.
    folder = bundleFolder(root);
  }
  // The builder lets go of what was used longest ago.
  const now = new Date();
  try {
    utimesSync(folder, now, now);
  } catch (_) {
    // A clone of somebody else's may be read alone.
  }
  // Most never ask for the docs, so they are made for the first who does: packages/dev/src/docs-folder.ts.
  process.env.CALLBOARD_DOCS_MAKER = `${root}/scripts/docs.ts`;
  // Later Nodes keep what they compiled; it goes with the bundle. A start runs it in a process of its own.
  process.env.NODE_COMPILE_CACHE = `${folder}/compiled`;
  if (modules.enableCompileCache) modules.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv = [process.execPath, `${folder}/code/callboard.js`, ...args];
  await import(pathToFileURL(process.argv[1]).href);
}
