import { bundleCommand } from "../../scripts/bundle.ts";
import { soakProgram } from "../soak/bundle.ts";
import { unpackBrowser } from "./browser.ts";

/** Done once, before the tests that share it run beside each other: bundles are made, the browser is unpacked. */
export async function setup(): Promise<void> {
  await bundleCommand(console.log);
  await soakProgram("server");
  await unpackBrowser();
}
