import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the unit tests of one run keep their temporary files. */
export const temporaryFolder = join(tmpdir(), `callboard-test-${process.pid}`);

/** Creates the folder, and deletes it with everything that tests left in it. */
export function setup(): () => void {
  mkdirSync(temporaryFolder, { recursive: true });
  return () => rmSync(temporaryFolder, { recursive: true, force: true });
}
