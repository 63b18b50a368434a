import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type DeployedFunction, deployedFunctions } from "@callboard/functions/deployment";
import { build, type Metafile } from "esbuild";
import { neverLoaded } from "../stacks/never-loaded.ts";
import { buildPages, thisRoot as root } from "./bundle.ts";
import { bundleHandler } from "./synth/bundle.ts";

const run = promisify(execFile);

/** The component's entry file. */
const ENTRY = "stacks/callboard.ts";
/** Its types: the class, its arguments and its properties. */
const typed = ["callboard", "arguments"];

/**
 * Builds the component's package into a folder: one JavaScript file, in which SST's globals are free names, and its
 * types. Also each function, bundled as SST bundles the sources, the pages, and the licenses of everything in them.
 */
export async function buildComponent(
  out: string,
  version: string,
  say: (line: string) => void,
): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [ENTRY],
    outfile: join(out, "callboard.js"),
    bundle: true,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    define: { CALLBOARD_VERSION: JSON.stringify(version) },
    logLevel: "warning",
  });
  const parts = [metafile];
  for (const name of Object.keys(deployedFunctions) as DeployedFunction[]) {
    const handler = `packages/functions/src/lambda/${name}.handler`;
    const options = { external: neverLoaded, keepNames: false, splitting: true, name: "bundle" };
    parts.push((await bundleHandler(handler, join(out, "functions", name), options)).metafile);
  }
  await cp(await buildPages(say), join(out, "pages"), { recursive: true });
  await writeTypes(out);
  await writeFile(join(out, "LICENSES.txt"), await licensesOf(parts));
}

/** Only the declarations of `typed`: they must not refer to anything in the bundle. */
async function writeTypes(out: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "callboard-types-"));
  const options = [
    ...["--declaration", "--emitDeclarationOnly", "--stripInternal", "--noCheck", "--skipLibCheck"],
    ...["--target", "es2023", "--module", "esnext", "--moduleResolution", "bundler", "--types", "node"],
    ...["--allowImportingTsExtensions", "--rootDir", ".", "--outDir", folder],
  ];
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  try {
    // The compiler takes its folder from PWD; with another one it would write next to sources elsewhere.
    const here = { cwd: root, env: { ...process.env, PWD: root } };
    await run(process.execPath, [tsc, ...options, "--ignoreConfig", ENTRY], here);
    await mkdir(out, { recursive: true });
    for (const name of typed) await cp(join(folder, "stacks", `${name}.d.ts`), join(out, `${name}.d.ts`));
  } catch (cause) {
    throw new Error(`the component's types: ${(cause as { stdout?: string }).stdout ?? cause}`, { cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The licenses that bundled libraries require to be passed on; those of the pages are in their files. */
async function licensesOf(parts: readonly Metafile[]): Promise<string> {
  const folders = new Set(
    parts
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const whose = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const here = resolve(root, folder);
    const { name, version, license } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
    const file = (await readdir(here)).find((one) => /^licen[cs]e/i.test(one));
    const text = file ? (await readFile(join(here, file), "utf8")).trim() : "";
    whose.set(text, [...(whose.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  return [...whose]
    .map(([text, names]) => `${names.join("\n")}\n\n${text}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}
