import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Installs SST's platform while other tests run, because the first time takes about a minute; the tests of the stacks
 * wait for it. A test that runs alone for the first time waits for it too, so that no installation is interrupted.
 */
export function setup(): () => Promise<void> {
  const install = spawn(process.execPath, ["--import", "tsx", join("scripts", "install-platform.ts")], {
    cwd: root,
    stdio: "ignore",
  });
  const over = new Promise<void>((resolve) => install.once("exit", () => resolve()));
  return () => over;
}
