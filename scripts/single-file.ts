import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { thisRoot as root } from "./bundle.ts";
import { readManifest } from "./manifests.ts";

/**
 * Bundles a source and its imports into one file, which imports nothing and runs in every JavaScript environment; an
 * import of Node's modules is an error. A source without exports becomes a script for a script tag; imported as a module
 * it does the same. The licenses of its libraries are at the end.
 */
export async function writeSingleFile(source: string, file: string): Promise<Metafile> {
  const made = await bundle(source, file, "esm");
  const isScript = Object.values(made.outputs).every(({ exports }) => exports.length === 0);
  const metafile = isScript ? await bundle(source, file, "iife") : made;
  for (const library of librariesIn(metafile)) await appendFile(file, await licenseOf(library));
  return metafile;
}

async function bundle(source: string, file: string, format: "esm" | "iife"): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: file,
    bundle: true,
    minify: true,
    metafile: true,
    platform: "neutral",
    mainFields: ["module", "main"],
    format,
    target: "es2022",
    logLevel: "silent",
  });
  return metafile;
}

/** The folders of libraries in a bundle, relative to the root. */
function librariesIn({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/** A library without a license file is an error: its terms would be unknown. */
async function licenseOf(library: string): Promise<string> {
  const { name, version } = readManifest(join(root, library, "package.json"));
  const file = (await readdir(join(root, library))).find((one) => /^LICENSE(\.txt|\.md)?$/.test(one));
  if (file === undefined) throw new Error(`${library} has no license`);
  const text = await readFile(join(root, library, file), "utf8");
  return `\n/*! ${name} ${version}\n\n${text.trim().replaceAll("*/", "* /")}\n*/\n`;
}
