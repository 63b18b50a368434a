import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
import { browserProgram } from "./browser.ts";

/** A browser with its own profile, as on a desktop. */
export interface OwnBrowser {
  /** Starts it, or starts it again, and gives a page. */
  open(): Promise<Page>;
  /** Kills all of it at once, as the system does when there is no memory left. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A browser that can be killed, and has the same profile when it is started again. */
export async function openOwnBrowser(): Promise<OwnBrowser> {
  const profile = await mkdtemp(join(tmpdir(), "callboard-browser-"));
  const { program, args } = await browserProgram();
  let running: { child: ChildProcess; browser: Browser } | undefined;

  async function kill() {
    const { child } = running ?? {};
    running = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("close", done));
    // Its own processes are a group of their own.
    process.kill(-child.pid, "SIGKILL");
    await gone;
  }

  return {
    async open() {
      const own = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
      const child = spawn(program, [...args, ...own], {
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
      });
      const browser = await playwright.connectOverCDP(await addressOf(child));
      running = { child, browser };
      return browser.contexts()[0]!.newPage();
    },
    kill,
    async close() {
      await running?.browser.close().catch(() => {});
      await kill();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The address that a starting browser prints. */
const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (part) => {
      said += part;
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (address) resolve(address);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the browser ended: ${said}`)));
  });
