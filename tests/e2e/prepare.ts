import { bundleCommand } from "../../scripts/bundle.ts";
import { soakProgram } from "../soak/bundle.ts";
import { unpackBrowser } from "./browser.ts";

/** Runs once, before concurrent tests: builds the bundles and unpacks the browser. */
export async function setup(): Promise<void> {
  await bundleCommand(console.log);
  await soakProgram("server");
  await unpackBrowser();
}
