import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Browser, type BrowserContext, type Page, chromium as playwright } from "playwright-core";

/** The browser that the tests use: one from an npm package, or one that is installed on the machine. */
type Choice = { readonly packed: true } | { readonly packed: false; readonly channel: string };

/** The packaged Chromium exists only for Linux on x64. */
const packedRuns = process.platform === "linux" && process.arch === "x64";
/** Installed browsers, by Playwright's names. */
const channels = ["chrome", "msedge", "chromium"];

/** `CALLBOARD_BROWSER` names another choice: a channel of Playwright, or the path of a browser's program. */
const wanted = process.env.CALLBOARD_BROWSER;

function choose(): Choice[] {
  if (wanted) return [{ packed: false, channel: wanted }];
  if (packedRuns) return [{ packed: true }];
  return channels.map((channel) => ({ packed: false, channel }));
}

/** A headless browser: nothing is downloaded. Rejects, saying what to install, when there is none. */
export async function openBrowser(): Promise<Browser> {
  const failures: string[] = [];
  for (const choice of choose())
    try {
      return await launch(choice);
    } catch (cause) {
      if (choice.packed) throw cause;
      failures.push(`${choice.channel}: ${(cause as Error).message.split("\n")[0]}`);
    }
  throw new Error(
    "there is no browser for the tests of the pages: install Chrome or Edge, or name one's program in " +
      `CALLBOARD_BROWSER (${failures.join("; ")})`,
  );
}

async function launch(choice: Choice): Promise<Browser> {
  const quiet = "--disable-background-networking";
  if (choice.packed) {
    const { program, args } = await packedProgram();
    const env = { ...process.env, FONTCONFIG_FILE: await fontsOfTests() } as Record<string, string>;
    return playwright.launch({ executablePath: program, args: [...args, quiet], headless: true, env });
  }
  const { channel } = choice;
  const program = existsSync(channel) ? { executablePath: channel } : { channel };
  return playwright.launch({ ...program, args: [quiet], headless: true });
}

/** The program of a browser that a test starts and ends itself, and its arguments. */
export async function browserProgram(): Promise<{ program: string; args: readonly string[] }> {
  for (const choice of choose()) {
    if (choice.packed) return packedProgram();
    const program = existsSync(choice.channel) ? choice.channel : playwright.executablePath();
    if (existsSync(program)) return { program, args: ["--no-first-run"] };
  }
  throw new Error("there is no program of a browser: name one in CALLBOARD_BROWSER");
}

async function packedProgram() {
  const chromium = await packedChromium();
  const args = chromium.args.filter((arg) => !unwanted.has(arg));
  return { program: await chromium.executablePath(), args };
}

async function packedChromium() {
  const { default: chromium } = await import("@sparticuz/chromium");
  // No page here draws in 3D; without it the browser needs less of the two cores.
  chromium.setGraphicsMode = false;
  return chromium;
}

/**
 * The machine's fonts and one with Japanese letters, as Fontconfig reads them: the packed browser has none, and a picture
 * in `<img>` takes those of the system alone. https://fontconfig.pages.freedesktop.org/fontconfig/fontconfig-user.html
 */
async function fontsOfTests(): Promise<string> {
  const japanese = dirname(
    createRequire(import.meta.url).resolve("@expo-google-fonts/biz-udpgothic/package.json"),
  );
  const folder = join(tmpdir(), "callboard-fonts");
  const file = join(folder, "fonts.conf");
  await mkdir(folder, { recursive: true });
  // Concurrent tests must read it complete.
  const own = `${file}.${process.pid}`;
  await writeFile(
    own,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${japanese}</dir>
  <cachedir>${join(folder, "cache")}</cachedir>
</fontconfig>
`,
  );
  await rename(own, file);
  return file;
}

/** Unpacks the packaged browser, if it is used, before concurrent tests do. */
export async function unpackBrowser(): Promise<void> {
  if (packedRuns && !wanted) await (await packedChromium()).executablePath();
}

/**
 * Options that suit only a function in the cloud: one process ends with its first closed page, and other origins are
 * not checked.
 */
const unwanted = new Set(["--single-process", "--disable-web-security", "--allow-running-insecure-content"]);

/** A page that fails its test on any unseen error. */
export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
  // Endless animations would take a core from the rest.
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

/** A browser's own message when a server is away, which some tests cause. */
const expected = (text: string): boolean => /ERR_CONNECTION_REFUSED|WebSocket connection to/.test(text);
