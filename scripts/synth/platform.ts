import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const platform = join(root, ".sst", "platform");

/** Whether SST's platform in the pinned version is completely installed: its lock is written last. */
async function isInstalled(): Promise<boolean> {
  const version = join(platform, "version");
  if (!existsSync(version) || !existsSync(join(root, ".sst", "provider-lock.json"))) return false;
  const { version: wanted } = JSON.parse(
    await readFile(join(root, "node_modules/sst/package.json"), "utf8"),
  ) as { version: string };
  return (await readFile(version, "utf8")).trim() === wanted;
}

/**
 * Installs what the evaluation of `sst.config.ts` needs, unless it is there: SST's sources, and Pulumi's libraries from
 * the npm registry. It takes about a minute and needs no account.
 */
export async function installPlatform(say: (line: string) => void): Promise<void> {
  while (!(await isInstalled())) {
    const unlock = await lock();
    if (!unlock) await pause(500);
    else
      try {
        if (!(await isInstalled())) await install(say);
      } finally {
        await unlock();
      }
  }
}

const lockFile = join(root, ".sst", "installing.pid");

/** Lets one process install at a time; undefined while another one does. */
async function lock(): Promise<(() => Promise<void>) | undefined> {
  await mkdir(join(root, ".sst"), { recursive: true });
  try {
    const file = await open(lockFile, "wx");
    await file.writeFile(String(process.pid));
    await file.close();
    return () => rm(lockFile, { force: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    const pid = Number(await readFile(lockFile, "utf8").catch(() => ""));
    if (pid > 0 && !isAlive(pid)) await rm(lockFile, { force: true });
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function install(say: (line: string) => void): Promise<void> {
  say("Installing SST's platform …");
  const command = join(root, "node_modules/sst/bin/sst.mjs");
  const child = spawn(process.execPath, [command, "install", "--stage", "synth"], {
    cwd: root,
    env: { ...process.env, SST_SKIP_DEPENDENCY_CHECK: "1", NO_BUN: "1", SST_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.on("exit", resolve).on("error", reject));
  if (code !== 0 || !(await isInstalled())) throw new Error(`sst install ended with ${code}:\n${output}`);
}
