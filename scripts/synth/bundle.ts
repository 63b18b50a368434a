import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";
import { root as here } from "./platform.ts";

/** How SST bundles a Node function, with the function's own options. */
export interface BundleOptions {
  readonly minify?: boolean;
  readonly external?: readonly string[];
  readonly keepNames?: boolean;
  /** Whether dynamic imports become files of their own. */
  readonly splitting?: boolean;
  /** The application of the function. Default: this repository. */
  readonly root?: string;
  /** The entry file in the folder, without extension. Default: the source's path. */
  readonly name?: string;
}

/** A function as it is deployed. */
export interface Bundle {
  readonly metafile: Metafile;
  /** The entry file. */
  readonly file: string;
  /** The entry file and the files next to it. */
  readonly files: readonly string[];
  /** Bytes that a start loads: the first file, and its static imports. */
  readonly startBytes: number;
}

/** The lines that SST's builder puts before every bundle (pkg/runtime/node/build.go). */
export const banner = [
  "import { createRequire as topLevelCreateRequire } from 'module';",
  "const require = topLevelCreateRequire(import.meta.url);",
  'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"',
  "const __filename = topLevelFileUrlToPath(import.meta.url)",
  'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))',
].join("\n");

/**
 * Bundles a handler such as `packages/functions/src/lambda/ingest.handler` into a folder. Throws if its file is missing
 * or does not export the handler.
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
    // SST does so when it splits, too: the first file has the same name as without.
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

/** Bytes of an output and of its static imports. */
function bytesAtOnce({ outputs }: Metafile, path: string, seen = new Set<string>()): number {
  const output = outputs[path];
  if (!output || seen.has(path)) return 0;
  seen.add(path);
  return output.imports
    .filter(({ kind, external }) => kind === "import-statement" && !external)
    .reduce((sum, one) => sum + bytesAtOnce({ outputs } as Metafile, one.path, seen), output.bytes);
}
