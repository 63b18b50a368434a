import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

type Names = Readonly<Record<string, string>>;

/**
 * The target of an entry: a source, or, if `types` and code are separate, a source of only declarations and one that is
 * bundled into a single file.
 */
export type Entry = string | { readonly types: string; readonly default: string };

/** The fields of a `package.json` that are read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly repository?: { readonly type: string; readonly url: string };
  readonly engines?: Names;
  /** The sources with side effects on import, or whether any has them. */
  readonly sideEffects?: boolean | readonly string[];
  readonly bin?: Names;
  readonly exports?: Readonly<Record<string, Entry>>;
  readonly files?: readonly string[];
  readonly publishConfig?: { readonly access: string };
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package of the workspace: its folder, relative to the root, and its manifest. */
export interface Member {
  readonly folder: string;
  readonly manifest: Manifest;
}

export const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, "utf8")) as Manifest;

/** The address of the sources, from the project's manifest or else from the build in GitHub Actions. */
export function repositoryOf(root: string): Manifest["repository"] {
  const onGitHub = process.env.GITHUB_REPOSITORY;
  const named = readManifest(join(root, "package.json")).repository;
  return named ?? (onGitHub ? { type: "git", url: `git+https://github.com/${onGitHub}.git` } : undefined);
}

/** The component's folder. npm does not link it into the workspace, because nothing here imports it by name. */
export const COMPONENT_FOLDER = "stacks";

/** All packages of the workspace, and the component. */
export const membersOf = (root: string): Member[] =>
  [...readdirSync(join(root, "packages")).map((name) => `packages/${name}`), COMPONENT_FOLDER]
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => ({ folder, manifest: readManifest(join(root, folder, "package.json")) }));

/** Where a package's sources are; the repository may be unknown. */
interface Place {
  readonly folder: string;
  readonly repository: Manifest["repository"] | undefined;
}

/** Published packages say how; all others are only for the workspace. */
export const isPublished = ({ manifest }: Member): boolean => manifest.publishConfig !== undefined;

/**
 * The manifest of a published package: the workspace's, with `exports` that name built files instead of sources, and
 * without what only the workspace needs. Entries for tests are left out. `default` also serves `require`, which accepts
 * modules from Node 20.19 on.
 */
export function publishedManifest(own: Manifest, { folder, repository }: Place) {
  const { name, version, description, keywords, license, engines, files, publishConfig } = own;
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = own;
  const entries = Object.entries(own.exports ?? {})
    .filter(([, source]) => !declared(source).includes("/testing/"))
    .map(([entry, source]) => [entry, builtFrom(declared(source))] as const);
  return {
    name,
    version,
    description,
    keywords,
    license,
    ...(repository ? { repository: { ...repository, directory: folder } } : {}),
    type: "module",
    engines,
    sideEffects: builtEffects(own),
    ...withoutExports(entries),
    exports: Object.fromEntries(entries),
    files,
    publishConfig,
    dependencies,
    optionalDependencies,
    peerDependencies,
    peerDependenciesMeta,
  };
}

/** The entries that are published as a single file: their source, and the file, which its types are next to. */
export const bundledEntries = ({ exports = {} }: Manifest): { source: string; file: string }[] =>
  Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [] : [{ source: entry.default, file: builtFrom(entry.types).default }],
  );

/** The same files as they are built, so that bundlers keep an import that has only side effects. */
const builtEffects = (own: Manifest): Manifest["sideEffects"] => {
  const { sideEffects } = own;
  if (typeof sideEffects !== "object") return sideEffects;
  return sideEffects.map(
    (effect) =>
      bundledEntries(own).find(({ source }) => source === effect)?.file ?? builtFrom(effect).default,
  );
};

/** The source that declares an entry's types. */
const declared = (entry: Entry): string => (typeof entry === "string" ? entry : entry.types);

interface Built {
  readonly types: string;
  readonly default: string;
}

/**
 * The same entries for tools that do not read `exports`: TypeScript's `moduleResolution` `node10` finds the types of
 * subpaths by `typesVersions` (https://www.typescriptlang.org/docs/handbook/declaration-files/publishing.html).
 */
function withoutExports(entries: readonly (readonly [entry: string, built: Built])[]) {
  const main = entries.find(([entry]) => entry === ".")?.[1];
  const below = entries
    .filter(([entry]) => entry !== ".")
    .map(([entry, { types }]) => [entry.slice(2), [types]]);
  return {
    ...(main ? { main: main.default, types: main.types } : {}),
    ...(below.length > 0 ? { typesVersions: { "*": Object.fromEntries(below) } } : {}),
  };
}

/**
 * The output of `tsc` for a source: `./src/x.ts` becomes `./dist/x.js` and its types; the component's files are next to
 * its manifest.
 */
function builtFrom(source: string): Built {
  const [, path] = /^\.\/(?:src\/)?(.+)\.tsx?$/.exec(source) ?? [];
  if (path === undefined) throw new Error(`${source} is not a source of its package`);
  return { types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` };
}

/**
 * The manifest of a bundled command: it has no entries, and depends on the packages that the bundle leaves out, with the
 * workspace's versions.
 */
export function bundledManifest(
  own: Manifest,
  place: Place,
  bin: string,
  left: readonly string[],
  members: readonly Member[],
) {
  const { exports: _, dependencies: __, ...manifest } = publishedManifest({ ...own, exports: {} }, place);
  const bins = Object.keys(own.bin ?? {}).map((command) => [command, bin]);
  const dependencies = left.map((name) => [name, versionOf(name, members)]);
  return {
    ...manifest,
    bin: Object.fromEntries(bins),
    dependencies: Object.fromEntries(dependencies.sort()),
  };
}

function versionOf(name: string, members: readonly Member[]): string {
  const own = members.find(({ manifest }) => manifest.name === name)?.manifest.version;
  const named = members.flatMap(({ manifest }) => manifest.dependencies?.[name] ?? []);
  const versions = [...new Set(own === undefined ? named : [own])];
  if (versions.length !== 1)
    throw new Error(`${name} must have one version, not: ${versions.join(", ") || "none"}`);
  return versions[0]!;
}
