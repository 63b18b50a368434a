import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { bundledEntries, membersOf } from "../../scripts/manifests.ts";
import { tools } from "./project.ts";

/** The imports of a file, as TypeScript sees them: in types too. */
export async function importsOf(file: string): Promise<string[]> {
  const compiler = createRequire(join(tools, "here.js"))("typescript") as {
    preProcessFile(text: string, ...how: boolean[]): { importedFiles: { fileName: string }[] };
  };
  return compiler
    .preProcessFile(await readFile(file, "utf8"), true, true)
    .importedFiles.map((one) => one.fileName);
}

/** The files of a package that are complete bundles. */
export const singleFilesOf = (name: string): string[] =>
  membersOf(root)
    .filter(({ manifest }) => manifest.name === name)
    .flatMap(({ manifest }) => bundledEntries(manifest).map(({ file }) => file.slice("./".length)));

/** The imports of such a file, as a bundler sees them: imports in code that libraries keep as text do not count. */
export async function bundlerImportsOf(file: string): Promise<string[]> {
  const how = {
    bundle: true,
    write: false,
    metafile: true,
    platform: "neutral",
    logLevel: "silent",
  } as const;
  const { metafile } = await build({ entryPoints: [file], ...how });
  return Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
}
