import chromium from "@sparticuz/chromium";
import { type Browser, type BrowserContext, type Page, chromium as playwright } from "playwright-core";

// No page here draws in 3D; without it the browser needs less of the two cores.
chromium.setGraphicsMode = false;

/** A headless Chromium that comes out of an npm package: nothing is downloaded. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((arg) => !unwanted.has(arg)), "--disable-background-networking"],
    headless: true,
  });
}

/** What suits a function in the cloud alone: one process dies with its first closed page, and other origins go unchecked. */
const unwanted = new Set(["--single-process", "--disable-web-security", "--allow-running-insecure-content"]);

/** A page that fails its test when anything goes wrong in it unseen. */
export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
  // Bars that sweep for as long as a page is open take a core from the rest.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !expected(message.text())) problems.push(message.text());
  });
  await page.goto(url);
  return { page, context, problems };
}

/** What a browser says by itself when a server is away, which is what some tests are about. */
const expected = (text: string): boolean => /ERR_CONNECTION_REFUSED|WebSocket connection to/.test(text);
