import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { buildPages, commandEntry, packageOf, thisRoot as root, writeBundle } from "./bundle.ts";
import { buildComponent } from "./component.ts";
import { writeDocs } from "./docs/site.ts";
import {
  bundledEntries,
  bundledManifest,
  COMPONENT_FOLDER,
  isPublished,
  type Member,
  membersOf,
  publishedManifest,
  repositoryOf,
} from "./manifests.ts";
import { npmProgram } from "./ready.js";
import { writeSingleFile } from "./single-file.ts";

const run = promisify(execFile);
const repository = repositoryOf(root);

/** A tarball as npm would publish it. */
export interface Packed {
  readonly name: string;
  /** Absolute path. */
  readonly tarball: string;
  /** Paths of the files in it. */
  readonly files: readonly string[];
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

/** Packs every published package from the current sources; earlier tarballs of these packages are deleted. */
export async function packAll(out: string, say: (line: string) => void = () => {}): Promise<Packed[]> {
  const members = membersOf(root);
  const published = members.filter(isPublished);
  await mkdir(out, { recursive: true });
  await removeTarballs(out, published);
  await build(published.filter(isLibrary));
  const stages = await mkdtemp(join(tmpdir(), "callboard-pack-"));
  try {
    return await packEach(published, members, stages, out, say);
  } finally {
    await rm(stages, { recursive: true, force: true });
  }
}

/** Other files of the folder stay: the user named it. */
async function removeTarballs(out: string, published: readonly Member[]): Promise<void> {
  const ours = new Set(published.map(({ manifest }) => manifest.name.replace("@", "").replace("/", "-")));
  for (const file of await readdir(out)) {
    const [, name] = /^(.+?)-\d[^/]*\.tgz$/.exec(file) ?? [];
    if (name !== undefined && ours.has(name)) await rm(join(out, file));
  }
}

async function packEach(
  published: readonly Member[],
  members: readonly Member[],
  stages: string,
  out: string,
  say: (line: string) => void,
): Promise<Packed[]> {
  const packed: Packed[] = [];
  for (const member of published) {
    const stage = join(stages, member.folder);
    await mkdir(stage, { recursive: true });
    const manifest = isComponent(member)
      ? await stageComponent(member, stage, say)
      : isLibrary(member)
        ? await stageLibrary(member, stage)
        : await stageCommand(member, stage, members, say);
    await writeFile(join(stage, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const file of ["README.md", "LICENSE", ...(manifest.files ?? [])])
      await copyText(member, file, stage);
    packed.push(await pack(stage, out));
  }
  return packed;
}

const isComponent = ({ folder }: Member): boolean => folder === COMPONENT_FOLDER;
const isLibrary = (member: Member): boolean => member.manifest.bin === undefined && !isComponent(member);

/** Compiles packages and their references. */
async function build(members: readonly Member[]): Promise<void> {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const folders = members.map(({ folder }) => folder);
  await run(process.execPath, [tsc, "-b", ...folders], { cwd: root }).catch((cause: { stdout?: string }) => {
    throw new Error(`the packages do not compile:\n${cause.stdout ?? ""}`, { cause });
  });
}

async function stageLibrary({ folder, manifest }: Member, stage: string) {
  const dist = join(root, folder, "dist");
  const bundled = bundledEntries(manifest);
  for (const file of await readdir(dist, { recursive: true }))
    if (isShipped(file.split(sep).join("/"), join(root, folder, "src"), bundled)) {
      await mkdir(dirname(join(stage, "dist", file)), { recursive: true });
      const text = await readFile(join(dist, file), "utf8");
      await writeFile(join(stage, "dist", file), file.endsWith(".d.ts") ? withBuiltImports(text) : text);
    }
  for (const { source, file } of bundled)
    await writeSingleFile(join(root, folder, source), join(stage, file));
  return publishedManifest(manifest, { folder, repository });
}

async function stageComponent({ folder, manifest }: Member, stage: string, say: (line: string) => void) {
  const dist = join(stage, "dist");
  await buildComponent(dist, manifest.version, say);
  for (const file of (await readdir(dist)).filter((one) => one.endsWith(".d.ts"))) {
    const text = await readFile(join(dist, file), "utf8");
    await writeFile(join(dist, file), withBuiltImports(text));
  }
  return publishedManifest(manifest, { folder, repository });
}

/**
 * Makes declarations import built files. `tsc` rewrites only the imports of code and leaves `./x.ts` in declarations
 * (https://github.com/microsoft/TypeScript/issues/61037), which older compilers refuse.
 */
export const withBuiltImports = (declarations: string): string =>
  declarations.replace(/(\b(?:from|import) ?\(?)(["'])(\.{1,2}\/[^"']+?)(?<!\.d)\.tsx?\2/g, "$1$2$3.js$2");

/** The built files whose source still exists, except for tests and for parts of a single file. */
function isShipped(
  file: string,
  sources: string,
  bundled: readonly { source: string; file: string }[],
): boolean {
  const [, path] = /^(.+?)\.(?:js|d\.ts)$/.exec(file) ?? [];
  if (path === undefined || /(^|\/)testing\/|\.(test|contract)$/.test(path)) return false;
  const isPart = bundled.some(
    (entry) => dirname(entry.source) === `./src/${dirname(path)}` && entry.file !== `./dist/${path}.js`,
  );
  if (isPart) return false;
  return [".ts", ".tsx"].some((end) => existsSync(join(sources, path + end)));
}

async function stageCommand(
  { folder, manifest }: Member,
  stage: string,
  members: readonly Member[],
  say: (line: string) => void,
) {
  const bundled = new Set(
    members.filter((member) => !isPublished(member)).map(({ manifest }) => manifest.name),
  );
  const { outputs } = await writeBundle({
    root,
    folder: join(stage, "dist"),
    entries: commandEntry,
    pages: await buildPages(say),
    isExternal: (name) => !bundled.has(name),
  });
  await writeDocs({ root, folder: join(stage, "dist/pages/docs"), repository });
  const left = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !isBuiltin(path))
    .map(({ path }) => packageOf(path));
  return bundledManifest(
    manifest,
    { folder, repository },
    "./dist/code/callboard.js",
    [...new Set(left)],
    members,
  );
}

/** A text file of the package, or else the project's of that name. Patterns and folders do not count. */
async function copyText({ folder }: Member, file: string, stage: string): Promise<void> {
  if (!/^[\w-]+(\.md)?$/.test(file) || existsSync(join(stage, file))) return;
  const own = join(root, folder, file);
  await cp(existsSync(own) ? own : join(root, file), join(stage, file));
}

async function pack(stage: string, out: string): Promise<Packed> {
  const [program, ...args] = npmCommand("pack", "--json", "--pack-destination", out);
  const { stdout } = await run(program, args, { cwd: stage });
  const [packed] = JSON.parse(stdout) as {
    name: string;
    filename: string;
    size: number;
    unpackedSize: number;
    files: { path: string }[];
  }[];
  const { name, filename, size, unpackedSize, files } = packed!;
  return {
    name,
    tarball: join(out, filename),
    files: files.map(({ path }) => path),
    packedBytes: size,
    unpackedBytes: unpackedSize,
  };
}

/** Runs npm. */
export function npmCommand(...args: readonly string[]): [program: string, ...args: string[]] {
  const npm = npmProgram(process.env, process);
  return [npm.command, ...npm.args, ...args];
}

/** A line for each package: its size and number of files. */
export const tableOf = (packed: readonly Packed[]): string =>
  packed
    .map(({ name, packedBytes, unpackedBytes, files }) =>
      [
        name.padEnd(22),
        `${(packedBytes / 1000).toFixed(1)} KB packed`.padStart(18),
        `${(unpackedBytes / 1000).toFixed(1)} KB unpacked`.padStart(20),
        `${files.length} files`.padStart(10),
      ].join(" "),
    )
    .join("\n");

export const defaultFolder = resolve(root, "dist/packages");
