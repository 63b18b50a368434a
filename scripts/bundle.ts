import { execFile } from "node:child_process";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, type Metafile, type Plugin } from "esbuild";
import { cached } from "./bundle-cache.ts";
import { bundleFolder, cacheFolder, packagesFor, pagesFolder } from "./bundle-key.js";

const run = promisify(execFile);

type Say = (line: string) => void;

/** The root of this clone. */
export const thisRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder of a complete bundle of `callboard`, from the cache unless a source has changed. */
export const bundleCommand = (say: Say, root = thisRoot): Promise<string> =>
  cached(
    () => bundleFolder(root),
    async (folder) => {
      const pages = await buildPages(say, root);
      say("Bundling …");
      await writeBundle({ root, folder, entries: commandEntry, pages });
    },
  );

/** The same for other programs of the clone that start Callboard: each program's file, by its name. */
export async function bundlePrograms(
  entries: Readonly<Record<string, string>>,
  sources: readonly string[],
  root = thisRoot,
): Promise<string> {
  const used = [...packagesFor(root, "cli"), ...packagesFor(root, "web"), ...sources];
  return cached(
    () => cacheFolder(root, used, "programs-"),
    async (folder) => {
      const pages = await buildPages(undefined, root);
      await writeBundle({ root, folder, entries, pages });
    },
  );
}

/** The folder of the built pages, from the cache unless a source has changed. */
export const buildPages = (say: Say = () => {}, root = thisRoot): Promise<string> =>
  cached(
    () => pagesFolder(root),
    async (outDir) => {
      say("Building the pages …");
      const vite = join(root, "node_modules/vite/bin/vite.js");
      const args = ["build", "--outDir", outDir, "--emptyOutDir", "--logLevel", "warn"];
      // The same pages for every caller: for production, also from a test, and without a deployment's address.
      const { NODE_ENV: _, CALLBOARD_SOCKET_URL: __, ...env } = process.env;
      await run(process.execPath, [vite, ...args], { cwd: join(root, "packages/web"), env });
    },
  );

/** Builds the pages and puts them where SST looks for them when it evaluates a stage. */
export async function layOutPages(say: Say, root = thisRoot): Promise<void> {
  const dist = join(root, "packages/web/dist");
  const pages = await buildPages(say, root);
  await rm(dist, { recursive: true, force: true });
  await cp(pages, dist, { recursive: true });
}

/** The first lines of a bundled command. */
export const commandEntry = { callboard: "scripts/bundle-entry.js" };

interface Bundle {
  readonly root: string;
  readonly folder: string;
  /** The entry file of each program, by its name. */
  readonly entries: Readonly<Record<string, string>>;
  readonly pages: string;
  /** Whether a package is installed next to the bundle; by default only packages that cannot be bundled. */
  readonly isExternal?: (name: string) => boolean;
}

/**
 * Writes a bundle: its programs and their shared code in `code/`. Next to that folder are the files that the code
 * expects as in the sources (the definition, the sample talk, the pages).
 */
export async function writeBundle({ root, folder, entries, pages, isExternal }: Bundle): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    // Programs that run next to Callboard in processes of their own.
    entryPoints: { ...entries, container: "packages/dev/src/container/program.ts" },
    outdir: join(folder, "code"),
    bundle: true,
    splitting: true,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    logLevel: "warning",
    plugins: [leaveOut(isExternal ?? isNative)],
    ...(isExternal ? {} : { banner: { js: REQUIRE_FOR_LIBRARIES } }),
  });
  const video = join(root, "packages/video");
  for (const name of ["post-processing.asl.json", "plugin-lifecycle.asl.json", "recording.asl.json"])
    await cp(join(video, name), join(folder, name));
  for (const file of ["talk.mp4", "talk.vtt", "talk.ja.vtt"])
    await cp(join(video, "sample", file), join(folder, "sample", file));
  await cp(pages, join(folder, "pages"), { recursive: true });
  const { version } = JSON.parse(await readFile(join(root, "packages/cli/package.json"), "utf8"));
  await writeFile(join(folder, "package.json"), `${JSON.stringify({ version, type: "module" })}\n`);
  return metafile;
}

/** CommonJS libraries call `require` for Node's modules, which an ES module does not have. */
const REQUIRE_FOR_LIBRARIES =
  'import { createRequire as requireFrom } from "module"; const require = requireFrom(import.meta.url);';

/** Libraries that look for their native part next to their own files; a bundle in a clone's cache finds them there. */
const isNative = (name: string): boolean => name === "lmdb";

/** Packages that are imported from where they are installed, by the package's name. */
const leaveOut = (isExternal: (name: string) => boolean): Plugin => ({
  name: "leave-out",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point" || path.startsWith("node:")) return undefined;
      return isExternal(packageOf(path)) ? { path, external: true } : undefined;
    });
  },
});

/** The package of an import: `@a/b` for `@a/b/c`. */
export const packageOf = (specifier: string): string =>
  specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
