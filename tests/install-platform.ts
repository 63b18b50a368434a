import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Has SST's platform installed while other tests run, since the first time takes the better part of a minute; the tests
 * of the stacks wait for it. Nothing is left half-way: whoever runs a single test for the first time waits for it, too.
 */
export function setup(): () => Promise<void> {
  const install = spawn(process.execPath, ["--import", "tsx", join("scripts", "install-platform.ts")], {
    cwd: root,
    stdio: "ignore",
  });
  const over = new Promise<void>((resolve) => install.once("exit", () => resolve()));
  return () => over;
}
