import { layOutPages } from "../../scripts/bundle.ts";
import { installPlatform } from "../../scripts/synth/platform.ts";

/**
 * Runs once, before tests evaluate stages in parallel: installs SST's platform, and puts the pages where it looks for
 * them.
 */
export async function setup(): Promise<void> {
  await installPlatform(console.log);
  await layOutPages(console.log);
}
