import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";
import { root as here } from "./platform.ts";

/** How SST bundles a function of Node, with what the function itself asks for. */
export interface BundleOptions {
  readonly minify?: boolean;
  readonly external?: readonly string[];
  readonly keepNames?: boolean;
  /** What is imported when it is asked for lies in files of its own. */
  readonly splitting?: boolean;
  /** The application whose function it is: this repository unless it is said. */
  readonly root?: string;
  /** What Lambda begins with, in the folder itself and without its ending; where the source lies unless it is said. */
  readonly name?: string;
}

/** A function as it is deployed. */
export interface Bundle {
  readonly metafile: Metafile;
  /** What Lambda begins with. */
  readonly file: string;
  /** That, and the files beside it. */
  readonly files: readonly string[];
  /** Bytes of all that a start loads: the first file, and what it imports at once. */
  readonly startBytes: number;
}

/** What SST's builder puts before every bundle (pkg/runtime/node/build.go). */
export const banner = [
  "import { createRequire as topLevelCreateRequire } from 'module';",
  "const require = topLevelCreateRequire(import.meta.url);",
  'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"',
  "const __filename = topLevelFileUrlToPath(import.meta.url)",
  'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))',
].join("\n");

/**
 * Bundles a handler such as `packages/functions/src/lambda/ingest.handler` into a folder. Throws when its file is
 * missing or does not export it.
 */
export async function bundleHandler(
  handler: string,
  outdir: string,
  {
    minify = true,
    external = [],
    keepNames = true,
    splitting = false,
    name: called,
    root = here,
  }: BundleOptions = {},
): Promise<Bundle> {
  const at = handler.lastIndexOf(".");
  const [path, name] = [handler.slice(0, at), handler.slice(at + 1)];
  const source = [".ts", ".tsx", ".js", ".mjs"]
    .map((end) => path + end)
    .find((one) => existsSync(join(root, one)));
  if (source === undefined) throw new Error(`no file of the handler ${handler}`);
  const file = join(outdir, `${called ?? path}.mjs`);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    // SST does so where it splits, too: the first file is called as it is without.
    ...(splitting
      ? {
          splitting,
          outdir: dirname(file),
          outExtension: { ".js": ".mjs" },
          ...(called ? { entryNames: called } : {}),
        }
      : { outfile: file }),
    bundle: true,
    write: true,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    external: ["sharp", "pg-native", ...external],
    minify,
    keepNames,
    banner: { js: banner },
    logLevel: "silent",
  });
  const [entry, output] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === source,
  )!;
  if (!output.exports.includes(name)) throw new Error(`${source} does not export ${name}`);
  const files = Object.keys(metafile.outputs).map((path) => resolve(root, path));
  return { metafile, file, files, startBytes: bytesAtOnce(metafile, entry) };
}

/** Bytes of an output and of all that it imports at once. */
function bytesAtOnce({ outputs }: Metafile, path: string, seen = new Set<string>()): number {
  const output = outputs[path];
  if (!output || seen.has(path)) return 0;
  seen.add(path);
  return output.imports
    .filter(({ kind, external }) => kind === "import-statement" && !external)
    .reduce((sum, one) => sum + bytesAtOnce({ outputs } as Metafile, one.path, seen), output.bytes);
}
