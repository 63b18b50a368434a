import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";

/**
 * The folder of the bundle of `callboard` in the cache of a clone. It is named by a hash of its sources, so it exists only if it was built from the clone's current state.
 * @param {string} root
 */
export const bundleFolder = (root) =>
  cacheFolder(root, [...packagesFor(root, "cli"), ...packagesFor(root, "web")]);

/**
 * The folder of the built pages in the same cache.
 * @param {string} root
 */
export const pagesFolder = (root) => cacheFolder(root, packagesFor(root, "web"), "pages-");

/**
 * The folder of the built docs in the same cache.
 * @param {string} root
 */
export const docsFolder = (root) =>
  cacheFolder(
    root,
    ["package.json", "docs", "scripts/docs", "packages/web/src", ...documentsOf(root)],
    "docs-",
  );

/** The libraries, and the builder itself. */
const always = [
  "package-lock.json",
  "tsconfig.base.json",
  "scripts/bundle.ts",
  "scripts/bundle-cache.ts",
  "scripts/bundle-entry.js",
  "scripts/bundle-key.js",
  "scripts/end-with-npm.js",
  "scripts/manifests.ts",
  "scripts/ready.js",
  "scripts/single-file.ts",
  "scripts/supervise.js",
];

/**
 * @param {string} root
 * @param {string[]} sources files and folders from which something is built
 * @param {string} [prefix]
 */
export function cacheFolder(root, sources, prefix = "") {
  const hash = createHash("sha256");
  for (const file of filesOf(root, [...always, ...new Set(sources)]))
    hash
      .update(`${file}\0`)
      .update(readFileSync(`${root}/${file}`))
      .update("\0");
  return `${root}/node_modules/.cache/callboard/${prefix}${hash.digest("hex").slice(0, 20)}`;
}

/**
 * The folders of a package and of all packages of the workspace that it needs.
 * @param {string} root
 * @param {string} name of its folder
 * @returns {string[]}
 */
export function packagesFor(root, name) {
  const manifests = new Map();
  for (const folder of readdirSync(`${root}/packages`)) {
    const file = `${root}/packages/${folder}/package.json`;
    if (existsSync(file)) manifests.set(folder, JSON.parse(readFileSync(file, "utf8")));
  }
  const folderOf = new Map([...manifests].map(([folder, manifest]) => [manifest.name, folder]));
  const found = new Set([name]);
  for (const folder of found)
    for (const needed of Object.keys(manifests.get(folder).dependencies || {}))
      if (folderOf.has(needed)) found.add(folderOf.get(needed));
  return [...found].sort().map((folder) => `packages/${folder}`);
}

/**
 * The Markdown documents of the project, sorted, relative to the root.
 * @param {string} root
 * @returns {string[]}
 */
export const documentsOf = (root) =>
  filesOf(root, [
    ...readdirSync(root).filter((name) => name.endsWith(".md")),
    "bench",
    "docs",
    "examples",
    "packages",
    "stacks",
  ]).filter((path) => path.endsWith(".md"));

/** All files at or below the paths, except built and installed ones and tests: sorted, relative to the root. */
const filesOf = (root, paths) =>
  paths
    .flatMap((path) => (statSync(`${root}/${path}`).isDirectory() ? filesBelow(root, path) : [path]))
    .sort();

function filesBelow(root, folder) {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true })
    .filter(
      ({ name }) => !/^\.|^(dist|types|node_modules|screenshots|prepare\.mjs)$|\.test\.tsx?$/.test(name),
    )
    .filter((entry) => entry.isDirectory() || entry.isFile())
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    });
}
