import { join } from "node:path";
import { bundlePrograms } from "../../scripts/bundle.ts";

/** The parts of a soak that run in processes of their own. */
const programs = { server: "tests/soak/server.ts", crowd: "tests/soak/crowd.ts" };

/**
 * The file that starts such a process, bundled again when a source has changed: loading it from sources takes seconds.
 */
export async function soakProgram(name: keyof typeof programs): Promise<string> {
  const folder = await bundlePrograms(programs, ["tests/soak", "tests/e2e"]);
  return join(folder, "code", `${name}.js`);
}
