import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { isPublished, membersOf, readManifest } from "../../scripts/manifests.ts";
import { npmCommand } from "../../scripts/pack.ts";
import { installReason } from "../../scripts/ready.js";

const run = promisify(execFile);

/** The name of a package of ours, and its tarball from `npm run pack`. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  /** Absolute path. */
  readonly tarball: string;
}

/** Every package that is published. */
export const packed: readonly Packed[] = membersOf(root)
  .filter(isPublished)
  .map(({ manifest: { name, version } }) => ({
    name,
    version,
    tarball: join(root, "dist/packages", `${name.replace("@", "").replace("/", "-")}-${version}.tgz`),
  }));

/** A user's project, outside the repository. */
export interface Project {
  readonly folder: string;
  /** The files of an installed package, as paths from its folder. */
  files(name: string): Promise<string[]>;
  /** The entries of our packages, by their import names. */
  entries(): string[];
  /** Runs a program in it and returns its output; rejects with all its output when it fails. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** The same for a command line, with more variables. */
  type(line: string, env?: Readonly<Record<string, string>>): Promise<string>;
  /** Writes a file in one step, as editors do: a watcher that saw it empty first would keep that. */
  write(file: string, text: string): Promise<string>;
}

/** Creates a project in a folder that does not exist yet. */
export async function openProject(folder: string, manifest: object = {}): Promise<Project> {
  await mkdir(folder);
  const project = projectIn(folder);
  const stranger = { name: "stranger", private: true, type: "module", ...manifest };
  await project.write("package.json", JSON.stringify(stranger));
  return project;
}

/** An existing project. */
export function projectIn(folder: string): Project {
  const installed = (name: string) => join(folder, "node_modules", name);
  return {
    folder,
    async files(name) {
      const found = await readdir(installed(name), { recursive: true, withFileTypes: true });
      return found
        .filter((file) => file.isFile())
        .map((file) => join(file.parentPath, file.name).slice(installed(name).length + 1))
        .filter((file) => !file.split(sep).includes("node_modules"));
    },
    entries: () =>
      packed.flatMap(({ name }) => {
        const { exports = {} } = readManifest(join(installed(name), "package.json"));
        return Object.keys(exports).map((entry) => name + entry.slice(1));
      }),
    run: (program, ...args) => runIn(folder, program, args),
    type: (line, env) => runIn(folder, "sh", ["-ec", line], env),
    async write(file, text) {
      const path = join(folder, file);
      await writeFile(`${path}~`, text);
      await rename(`${path}~`, path);
      return path;
    },
  };
}

/** The README's commands that pack a clone, install the packages, and start it. */
export function readmeCommands(): { pack: string; install: string; start: string } {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, section = ""] = /\n## Install\n(.*?)\n## /s.exec(readme) ?? [];
  const block = [...section.matchAll(/```sh\n(.*?)```/gs)].at(-1)?.[1] ?? "";
  const [pack, install, start, ...others] = block.trim().split("\n");
  if (!pack || !install || !start || others.length > 0) throw new Error(`not three commands: ${block}`);
  return { pack, install, start };
}

/** A library that a user has besides our packages, in this workspace's version. */
export const versionHere = (name: string): string =>
  `${name}@${readManifest(join(root, "node_modules", name, "package.json")).version}`;

const here = fileURLToPath(new URL(".", import.meta.url));

/** Where the tools of these tests are installed. */
export const tools = join(here, "node_modules");

/** Installs the tools as in their lock file, unless they are installed. */
export async function installTools(): Promise<void> {
  const read = (file: string) => readFile(join(here, file), "utf8").catch(() => undefined);
  const [lock, installed] = [await read("package-lock.json"), await read("node_modules/.package-lock.json")];
  const [program, ...args] = npmCommand("ci", "--prefer-offline");
  if (installReason(lock!, installed)) await runIn(here, program, args);
}

/** The environment of a user's shell, without the test's own variables. */
export const plainEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(NODE|VITEST|CALLBOARD|npm_(package|lifecycle))/.test(name),
    ),
  ) as Record<string, string>;

/** Runs a program in a folder as a user does, and returns its output; rejects with it when it fails. */
export async function runIn(
  cwd: string,
  program: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { ...plainEnvironment(), npm_config_prefer_offline: "true", ...more };
  try {
    return (await run(program, args, { cwd, env, maxBuffer: 64 * 1024 ** 2 })).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    throw new Error([`${program} ${args.join(" ")}`, stdout, stderr].join("\n"), { cause });
  }
}
