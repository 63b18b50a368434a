import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../..", import.meta.url));
const web = join(packages, "web");

/** The folder of the built pages. */
export const pagesFolder = join(web, "dist");

/** Builds the pages when they were never built, or were built from other sources. */
export async function buildPages(say: (line: string) => void): Promise<void> {
  const mark = join(pagesFolder, ".built-from");
  const sources = await hashOf(["web", "client", "protocol"].map((name) => join(packages, name)));
  const built = existsSync(mark) ? await readFile(mark, "utf8") : "";
  if (built === sources) return;
  say("Building the pages …");
  const { build } = await import("vite");
  await build({ root: web, logLevel: "warn" });
  await writeFile(mark, sources);
}

/** One hash over the names and contents of the sources below some folders. */
async function hashOf(folders: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !/[/\\](dist|node_modules)[/\\]|\.test\.tsx?$/.test(file))
      .sort();
    for (const file of files) hash.update(file.slice(packages.length)).update(await readFile(file));
  }
  return hash.digest("hex");
}
