import { existsSync, utimesSync } from "node:fs";
import * as modules from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleFolder } from "./bundle-key.js";
import { runToEnd } from "./run-to-end.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Runs `callboard` with the arguments from a bundle of this clone's current sources, which is built first if it does not exist. A start is a child of this process, which supervises it; all other commands run in this one.
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
    // The sources may have changed while it was built.
    folder = bundleFolder(root);
  }
  // The builder deletes the least recently used one.
  const now = new Date();
  try {
    utimesSync(folder, now, now);
  } catch (_) {
    // A clone of somebody else's may be read alone.
  }
  // Few users open the docs, so they are built at the first request: packages/dev/src/docs-folder.ts.
  process.env.CALLBOARD_DOCS_MAKER = `${root}/scripts/docs.ts`;
  // Later versions of Node cache compiled code; the cache belongs to the bundle. A start runs it in a process of its
  // own.
  process.env.NODE_COMPILE_CACHE = `${folder}/compiled`;
  if (modules.enableCompileCache) modules.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  process.argv = [process.execPath, `${folder}/code/callboard.js`, ...args];
  await import(pathToFileURL(process.argv[1]).href);
}
