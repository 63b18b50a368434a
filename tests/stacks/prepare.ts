import { layOutPages } from "../../scripts/bundle.ts";
import { installPlatform } from "../../scripts/synth/platform.ts";

/** Done once, before tests evaluate stages beside each other: SST's platform is there, and the pages where it looks for them. */
export async function setup(): Promise<void> {
  await installPlatform(console.log);
  await layOutPages(console.log);
}
