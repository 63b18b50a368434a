import { buildPages } from "@callboard/dev";
import chromium from "@sparticuz/chromium";

/** Done once, before the tests that share it run beside each other: the pages are built, the browser unpacked. */
export async function setup(): Promise<void> {
  await buildPages(console.log);
  await chromium.executablePath();
}
