// Plain JavaScript that any Node since 14.14 reads, so that an old one gets a clear message and no syntax error.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const atLeast = [20, 19];

/**
 * Says in one line why a Node of that version cannot run Callboard; undefined when it can.
 * @param {string} version as `process.versions.node` gives it
 */
export function nodeProblem(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > atLeast[0] || (major === atLeast[0] && minor >= atLeast[1])) return undefined;
  return `Callboard needs Node ${atLeast.join(".")} or later; this is ${version}.`;
}

/**
 * Says why the libraries have to be installed; undefined when the installed ones are those of the lock file. npm writes its record of an install, `node_modules/.package-lock.json`, last, so a broken install has none.
 * @param {string} lock text of `package-lock.json`
 * @param {string | undefined} installed text of `node_modules/.package-lock.json`, if there is one
 * @param {{ platform: string, arch: string }} [system] this machine, on which a folder may have come from another
 */
export function installReason(lock, installed, system = process) {
  const present = packagesOf(installed);
  if (!present) return "nothing is installed yet";
  for (const [path, wanted] of Object.entries(packagesOf(lock) || {})) {
    if (path === "" || !isNeeded(path, wanted, system)) continue;
    if (!present[path] || present[path].version !== wanted.version)
      return `${path.replace(/^.*node_modules\//, "")} differs from package-lock.json`;
  }
  return undefined;
}

/** An optional package may belong to another platform; the store's compiled part for this one is needed. */
function isNeeded(path, { optional, devOptional, os, cpu }, { platform, arch }) {
  if (!optional && !devOptional) return true;
  return path.includes("node_modules/@lmdb/") && (os || []).includes(platform) && (cpu || []).includes(arch);
}

/**
 * How to run npm: its own program in this Node, which needs no shell on any system. Or else the command `npm`, which on Windows is a script that only a shell runs.
 * @param {Record<string, string | undefined>} env
 * @param {{ execPath: string, platform: string }} process_
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function npmProgram(env, { execPath, platform }) {
  const beside = dirname(execPath);
  // Where the installers of Node put it on Windows, and elsewhere.
  const places = [join(beside, "node_modules"), join(dirname(beside), "lib", "node_modules")];
  const programs = places.map((place) => join(place, "npm", "bin", "npm-cli.js"));
  const found = [env.npm_execpath || "", ...programs].find(
    (path) => /[\\/]npm-cli\.js$/.test(path) && existsSync(path),
  );
  if (found) return { command: execPath, args: [found], shell: false };
  return { command: "npm", args: [], shell: platform === "win32" };
}

function packagesOf(text) {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text).packages;
  } catch (_) {
    return undefined;
  }
}

/**
 * The arguments for Node that run a command of the project in a process of its own; undefined for one that does not
 * exist.
 * @param {string | undefined} name
 * @param {string[]} rest
 */
export function commandLine(name, rest) {
  switch (name) {
    case "test":
      return ["node_modules/vitest/vitest.mjs", "run", ...projectsOf(rest), ...rest];
    case "pack":
      return ["--import", "tsx", "scripts/pack-main.ts", ...rest];
    case "conformance":
      return ["--import", "tsx", "packages/aws-local/src/conformance/main.ts", ...rest];
    case "soak":
      return ["--import", "tsx", "tests/soak/main.ts", ...rest];
    case "synth":
      return ["--import", "tsx", "scripts/synth.ts", ...rest];
    case "bench":
      return ["--import", "tsx", "bench/main.ts", ...rest];
    case "mutate":
      return ["mutation/main.js", ...rest];
    default:
      return undefined;
  }
}

/**
 * Packing and installing every package takes longer than all other tests of a folder: it runs only when it is named.
 */
function projectsOf(rest) {
  return rest.some((one) => one.startsWith("--project"))
    ? []
    : ["unit", "pages", "e2e"].map((one) => `--project=${one}`);
}
