import { layOutPages } from "../../scripts/bundle.ts";

/** Done once, before stages are evaluated beside each other: the pages lie where SST looks for them. */
export async function setup(): Promise<void> {
  await layOutPages(console.log);
}
