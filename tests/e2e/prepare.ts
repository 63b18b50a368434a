import chromium from "@sparticuz/chromium";
import { buildPages } from "../../packages/local/src/compose/build-pages.ts";

/** Done once, before the tests that share it run beside each other: the pages are built, the browser unpacked. */
export async function setup(): Promise<void> {
  await buildPages(console.log);
  await chromium.executablePath();
}
