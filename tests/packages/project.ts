import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { readManifest } from "../../scripts/manifests.ts";
import { npmCommand, type Packed, packAll } from "../../scripts/pack.ts";
import { installReason } from "../../scripts/ready.js";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));

/** A stranger's project, outside the repository, in which the packed packages are installed. */
export interface Project {
  readonly folder: string;
  readonly packed: readonly Packed[];
  /** The entries of an installed package, as they are imported. */
  entries(name: string): string[];
  /** Runs a program in it and answers what it printed; rejects with all its output when it fails. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  write(file: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

/** What a stranger has beside our packages, in the versions that this workspace has. */
const beside = ["react", "@types/react", "@types/node", "ws", "@types/ws"];

/** Packs all packages and installs them. */
export async function openProject(): Promise<Project> {
  const place = await mkdtemp(join(tmpdir(), "callboard-packages-"));
  const remove = () => rm(place, { recursive: true, force: true, maxRetries: 5 });
  try {
    const packed = await packAll(join(place, "packed"));
    const folder = join(place, "project");
    await install(folder, packed);
    return {
      folder,
      packed,
      entries(name) {
        const { exports = {} } = readManifest(join(folder, "node_modules", name, "package.json"));
        return Object.keys(exports).map((entry) => name + entry.slice(1));
      },
      run: (program, ...args) => runIn(folder, program, ...args),
      async write(file, text) {
        await writeFile(join(folder, file), text);
        return join(folder, file);
      },
      remove,
    };
  } catch (cause) {
    await remove();
    throw cause;
  }
}

async function install(folder: string, packed: readonly Packed[]): Promise<void> {
  await mkdir(folder);
  const manifest = { name: "stranger", private: true, type: "module" };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  const versions = beside.map((name) => `${name}@${versionHere(name)}`);
  const tarballs = packed.map(({ tarball }) => tarball);
  await runIn(folder, ...npmCommand("install", "--prefer-offline", ...tarballs, ...versions));
  await cp(join(here, "consumer"), join(folder, "src"), { recursive: true });
}

const versionHere = (name: string): string =>
  readManifest(join(root, "node_modules", name, "package.json")).version;

/** The folder of the tools of this test, installed as their lock names them. */
export async function openTools(): Promise<string> {
  const read = (file: string) => readFile(join(here, file), "utf8").catch(() => undefined);
  const [lock, installed] = [await read("package-lock.json"), await read("node_modules/.package-lock.json")];
  if (installReason(lock!, installed)) await runIn(here, ...npmCommand("ci", "--prefer-offline"));
  return join(here, "node_modules");
}

/** What a stranger's shell has: nothing of the test's own process. */
export const plainEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(NODE|VITEST|CALLBOARD|npm_(package|lifecycle))/.test(name),
    ),
  ) as Record<string, string>;

async function runIn(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
  try {
    const options = { cwd, env: plainEnvironment(), maxBuffer: 64 * 1024 ** 2 };
    return (await run(program, args, options)).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    throw new Error([`${program} ${args.join(" ")}`, stdout, stderr].join("\n"), { cause });
  }
}
