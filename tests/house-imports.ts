import { posix } from "node:path";
import { isForTests, type SourceFile } from "./house-files.ts";

/** The parts of a package's manifest that concern imports. */
export interface Manifest {
  /** The folder under `packages/`. */
  readonly folder: string;
  readonly name: string;
  /** The keys of `exports`: `.`, `./testing`, `./testing/*`. */
  readonly exports: readonly string[];
  /** Its runtime dependencies. */
  readonly dependencies: readonly string[];
}

interface Allowed {
  readonly any: readonly string[];
  /** Only with `import type`. */
  readonly types?: readonly string[];
  /** Only in test files. */
  readonly tests?: readonly string[];
  /** Only these entries, by their whole specifier. */
  readonly entries?: readonly string[];
}

/**
 * The packages of ours that each package may import; `tests`, `bench` and `scripts` may import every package by its
 * name.
 */
const packages: Readonly<Record<string, Allowed>> = {
  protocol: { any: [] },
  core: { any: ["protocol"] },
  client: { any: ["protocol"], tests: ["core", "functions"] },
  web: {
    any: ["client", "protocol"],
    entries: ["@callboard/video/captions", "@callboard/video/joint", "@callboard/video/upload"],
  },
  tokens: { any: [] },
  asl: { any: ["protocol"], tests: ["aws-local"] },
  functions: { any: ["core", "protocol", "tokens"], tests: ["aws-local"] },
  "aws-local": { any: [] },
  video: {
    any: ["aws-local", "protocol"],
    entries: ["@callboard/functions/http"],
    tests: ["core", "functions"],
  },
  dev: {
    any: ["core", "functions", "protocol", "tokens", "aws-local", "video"],
    entries: ["@callboard/web/policy"],
  },
  cli: { any: ["functions", "core", "protocol", "client", "tokens", "asl", "aws-local", "dev"] },
  stacks: { any: ["core", "functions", "video"], entries: ["@callboard/web/policy"] },
};

/** Libraries that users install with our packages; users must be able to install their dependencies too. */
const published: readonly string[] = ["protocol", "client", "tokens", "asl", "aws-local"];

/** What the domain may import besides its own files; test files may also import the test libraries. */
const coreLibraries = /^zod(\/|$)/;
const testLibraries = /^(vitest|fast-check)(\/|$)/;

/** Code for browsers: it may not need Node. */
const forBrowsers =
  /^packages\/(protocol|client|web)\/src\/|^packages\/video\/src\/(captions\/(?!transcript)[\w-]+|upload)\.ts$/;

/** The folders of the domain: each may import the earlier ones. */
const coreFolders = ["ports", "access", "reach", "channel", "request", "notify", "clock", "progress", "ops"];

/** The ports use requests: they may import the types of this file from a later folder. */
const portsMayName = "packages/core/src/request/request.ts";

/** The import statements that break the rules, each in one line that begins with the file. */
export function importViolations(files: readonly SourceFile[], manifests: readonly Manifest[]): string[] {
  return [
    ...files.flatMap((file) => [
      ...wayViolations(file, manifests),
      ...folderViolations(file),
      ...nodeViolations(file),
    ]),
    ...circleViolations(files),
    ...manifests.flatMap(dependencyViolations(manifests)),
  ];
}

/** Imports go in one direction between packages, and only through the entries in a package's manifest. */
function wayViolations({ path, text }: SourceFile, manifests: readonly Manifest[]): string[] {
  const from = placeOf(path);
  return importsOf(text).flatMap(({ specifier, typeOnly }) => {
    const target = targetOf(path, specifier, manifests);
    if (target === undefined)
      return from === "core" && !isCoreLibrary(path, specifier) ? [`${path}: core imports ${specifier}`] : [];
    if (target.folder === from && !target.byName) return [];
    const allowed = packages[from];
    if (allowed) {
      const may =
        target.folder === from ||
        allowed.any.includes(target.folder) ||
        allowed.entries?.includes(specifier) ||
        (typeOnly && allowed.types?.includes(target.folder)) ||
        (isForTests(path) && allowed.tests?.includes(target.folder));
      if (!may) return [`${path}: ${from} imports ${specifier}`];
    }
    return target.exported ? [] : [`${path}: reaches into ${target.folder} by ${specifier}`];
  });
}

const isCoreLibrary = (path: string, specifier: string): boolean =>
  coreLibraries.test(specifier) || (isForTests(path) && testLibraries.test(specifier));

interface Target {
  /** A package's folder, or another top-level folder. */
  readonly folder: string;
  readonly byName: boolean;
  /** Whether the owner exports it. */
  readonly exported: boolean;
}

/** The target of an import; undefined for a library. */
function targetOf(path: string, specifier: string, manifests: readonly Manifest[]): Target | undefined {
  if (specifier.startsWith(".")) {
    const to = placeOf(posix.join(posix.dirname(path), specifier));
    // Only packages have entries: tests, bench and scripts import each other's files.
    return { folder: to, byName: false, exported: packages[to] === undefined || to === "stacks" };
  }
  const [, name, entry] = /^(@callboard\/[^/]+|callboard)(\/.*)?$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const owner = manifests.find((manifest) => manifest.name === name);
  const exported = owner?.exports.some((key) => entryMatches(key, `.${entry ?? ""}`)) ?? false;
  return { folder: owner?.folder ?? name.replace("@callboard/", ""), byName: true, exported };
}

function entryMatches(key: string, entry: string): boolean {
  if (!key.endsWith("*")) return key === entry;
  return entry.startsWith(key.slice(0, -1)) && !entry.endsWith("/");
}

/** A package's folder, or the top-level folder of other files. */
const placeOf = (path: string): string =>
  /^packages\/([\w-]+)\//.exec(path)?.[1] ?? /^([^/]+)\//.exec(path)?.[1] ?? "the root";

/**
 * Inside the domain imports go in one direction too: progress, request, channel, reach, access, and all of them to the
 * ports.
 */
function folderViolations({ path, text }: SourceFile): string[] {
  const from = coreFolder(path);
  if (from === undefined || isForTests(path)) return [];
  return importsOf(text).flatMap(({ specifier, typeOnly }) => {
    if (!specifier.startsWith(".")) return [];
    const target = posix.join(posix.dirname(path), specifier);
    if (/^packages\/core\/src\/(app|index)\.ts$/.test(target)) return [`${path}: imports ${specifier}`];
    const to = coreFolder(target);
    if (to === undefined || coreFolders.indexOf(to) <= coreFolders.indexOf(from)) return [];
    if (from === "ports" && typeOnly && target === portsMayName) return [];
    return [`${path}: ${from} imports ${to} (${specifier})`];
  });
}

function coreFolder(path: string): string | undefined {
  const folder = /^packages\/core\/src\/([\w-]+)\//.exec(path)?.[1];
  return folder !== undefined && coreFolders.includes(folder) ? folder : undefined;
}

function nodeViolations({ path, text }: SourceFile): string[] {
  if (!forBrowsers.test(path) || isForTests(path)) return [];
  return importsOf(text)
    .filter(({ specifier }) => /^node:|^@aws-sdk\//.test(specifier))
    .map(({ specifier }) => `${path}: is for browsers and imports ${specifier}`);
}

/** Files that import each other, directly or not; type imports count. One line for each circle: its shortest path. */
function circleViolations(files: readonly SourceFile[]): string[] {
  const graph = importGraph(files);
  const seen = new Set<string>();
  return [...graph.keys()].flatMap((start) => {
    if (seen.has(start)) return [];
    const circle = shortestCircle(graph, start);
    if (!circle) return [];
    for (const path of circle) seen.add(path);
    const way = [...circle.slice(1), start].map((path) => posix.relative(posix.dirname(start), path));
    return [`${start}: imports itself by way of ${way.join(", ")}`];
  });
}

type Graph = ReadonlyMap<string, readonly string[]>;

function importGraph(files: readonly SourceFile[]): Graph {
  const known = new Set(files.map(({ path }) => path));
  return new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier))
        .filter((target) => known.has(target)),
    ]),
  );
}

/** The files of the shortest path from a file back to itself, starting with it. */
function shortestCircle(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let path = queue.shift(); path !== undefined; path = queue.shift())
    for (const next of graph.get(path) ?? []) {
      if (next === start) return wayTo(path, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  return undefined;
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way: string[] = [];
  for (let path: string | undefined = end; path !== undefined; path = cameFrom.get(path)) way.unshift(path);
  return way;
}

const dependencyViolations =
  (manifests: readonly Manifest[]) =>
  ({ folder, dependencies }: Manifest): string[] => {
    if (!published.includes(folder)) return [];
    const ours = new Map(manifests.map((manifest) => [manifest.name, manifest.folder]));
    return dependencies
      .filter((name) => ours.has(name) && !published.includes(ours.get(name)!))
      .map((name) => `packages/${folder}/package.json: is published and depends on ${name}`);
  };

/** Everything that a module imports or re-exports, in the order of its text. */
export function importsOf(text: string): { specifier: string; typeOnly: boolean }[] {
  const statement =
    /(?:^|[\n;])\s*(?:import|export)\s+(type\s)?[^;"'`]*?\bfrom\s*["']([^"']+)["']|(?:^|[\n;])\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;
  return [...text.matchAll(statement)].map(([, type, from, bare, dynamic]) => ({
    specifier: (from ?? bare ?? dynamic)!,
    typeOnly: type !== undefined,
  }));
}
