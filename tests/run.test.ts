import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { commandLine, installReason, nodeProblem, npmProgram } from "../scripts/ready.js";

const lock = (packages: Record<string, object>) => JSON.stringify({ lockfileVersion: 3, packages });

it("runs on the oldest Node that it names and on later ones", () => {
  expect(["20.19.0", "20.20.2", "22.0.0", "24.1.0"].map(nodeProblem)).toEqual(Array(4).fill(undefined));
});

it("says in one line which version an older Node needs", () => {
  for (const version of ["14.21.3", "18.20.0", "20.18.9"])
    expect(nodeProblem(version)).toBe(`Callboard needs Node 20.19 or later; this is ${version}.`);
});

it("installs in a fresh clone, and after an interrupted install", () => {
  expect(installReason(lock({ "": {} }), undefined)).toBe("nothing is installed yet");
  expect(installReason(lock({ "": {} }), '{"packages":')).toBe("nothing is installed yet");
});

it("installs when the lock names a library that is absent or of another version", () => {
  const wanted = lock({ "": {}, "node_modules/ws": { version: "8.23.0" } });
  expect(installReason(wanted, lock({}))).toBe("ws differs from package-lock.json");
  expect(installReason(wanted, lock({ "node_modules/ws": { version: "8.22.0" } }))).toMatch(/^ws /);
});

it("does not install again if everything agrees with the lock file", () => {
  const wanted = lock({
    "": {},
    "node_modules/ws": { version: "8.23.0" },
    "node_modules/@callboard/core": { link: true },
    "node_modules/fsevents": { version: "2.3.3", optional: true },
  });
  const installed = lock({
    "node_modules/ws": { version: "8.23.0" },
    "node_modules/@callboard/core": { link: true },
  });
  expect(installReason(wanted, installed)).toBeUndefined();
});

it("installs when the store's compiled part is another machine's, and requires no other machine's", () => {
  const part = (os: string, cpu: string) => ({ version: "3.5.6", optional: true, os: [os], cpu: [cpu] });
  const wanted = lock({
    "": {},
    "node_modules/@lmdb/lmdb-darwin-arm64": part("darwin", "arm64"),
    "node_modules/@lmdb/lmdb-linux-x64": part("linux", "x64"),
  });
  const installed = lock({ "node_modules/@lmdb/lmdb-linux-x64": { version: "3.5.6" } });
  const on = (platform: string, arch: string) => installReason(wanted, installed, { platform, arch });
  expect(on("linux", "x64")).toBeUndefined();
  expect(on("darwin", "arm64")).toBe("@lmdb/lmdb-darwin-arm64 differs from package-lock.json");
  expect(on("freebsd", "x64")).toBeUndefined();
});

it("runs npm's own program with this Node if there is one, and no other package manager's", () => {
  const folder = mkdtempSync(join(tmpdir(), "npm-"));
  const make = (...path: string[]) => {
    const file = join(folder, ...path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
    return file;
  };
  const npm = make("some", "npm-cli.js");
  const yarn = make("some", "yarn.js");
  const execPath = join(folder, "bin", "node");
  const byNode = (path: string) => ({ command: execPath, args: [path], shell: false });
  const on = (platform: string, npm_execpath?: string) =>
    npmProgram(npm_execpath === undefined ? {} : { npm_execpath }, { execPath, platform });
  expect(on("linux", npm)).toEqual(byNode(npm));
  expect(on("linux", yarn)).toEqual({ command: "npm", args: [], shell: false });
  expect(on("win32")).toEqual({ command: "npm", args: [], shell: true });
  const installed = make("lib", "node_modules", "npm", "bin", "npm-cli.js");
  expect(on("linux", yarn)).toEqual(byNode(installed));
  const onWindows = make("bin", "node_modules", "npm", "bin", "npm-cli.js");
  expect(on("win32")).toEqual(byNode(onWindows));
});

it("passes arguments on to the command, and has no other commands", () => {
  expect(commandLine("test", ["packages/core"])).toEqual([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project=unit",
    "--project=pages",
    "--project=e2e",
    "packages/core",
  ]);
  expect(commandLine("test", ["--project", "packages"])).toEqual([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    "packages",
  ]);
  expect(commandLine("mutate", ["packages/client"])).toEqual(["mutation/main.js", "packages/client"]);
  expect(commandLine("deploy", [])).toBeUndefined();
  expect(commandLine(undefined, [])).toBeUndefined();
});

it("can be installed on every platform: the lock names each optional library that another one names", () => {
  const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !placesOf(path, name).some((place) => packages[place]),
    ),
  );
  // `npm ci` refuses such a lock. npm leaves them out when a registry does not have them: put them back by hand.
  expect(missing).toEqual([]);
});

/** Where npm would look for a library that the one at `path` names. */
function placesOf(path: string, name: string): string[] {
  const folders = path
    .split("/node_modules/")
    .map((_, i, parts) => parts.slice(0, i + 1).join("/node_modules/"));
  return [`node_modules/${name}`, ...folders.map((folder) => `${folder}/node_modules/${name}`)];
}
