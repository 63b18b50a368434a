import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { root } from "./platform.ts";

/** How SST bundles a function of Node, with what the function itself asks for. */
export interface BundleOptions {
  readonly minify?: boolean;
  readonly external?: readonly string[];
  readonly keepNames?: boolean;
}

export interface Bundle {
  readonly metafile: Metafile;
  readonly file: string;
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
  { minify = true, external = [], keepNames = true }: BundleOptions = {},
): Promise<Bundle> {
  const at = handler.lastIndexOf(".");
  const [path, name] = [handler.slice(0, at), handler.slice(at + 1)];
  const source = [".ts", ".tsx", ".js", ".mjs"]
    .map((end) => path + end)
    .find((one) => existsSync(join(root, one)));
  if (source === undefined) throw new Error(`no file of the handler ${handler}`);
  const file = join(outdir, `${path}.mjs`);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: file,
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
  const [output] = Object.values(metafile.outputs);
  if (!output?.exports.includes(name)) throw new Error(`${source} does not export ${name}`);
  return { metafile, file };
}
