import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStory, pick, type StoryStage, subjectOn } from "./story-stage.ts";
import { run, theatreOfFile, waiting } from "./theatre-stage.ts";

/**
 * The pictures of the docs. `CALLBOARD_WRITE_PICTURES` writes them again. Without it each is only made, and must have
 * the size of the one in the docs, so that no picture shows an old page.
 */
const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
const isWriting = process.env.CALLBOARD_WRITE_PICTURES !== undefined;

const theatre = theatreOfFile();
let story: StoryStage;
let browser: Browser;
let parts: string;
beforeAll(async () => {
  parts = await mkdtemp(join(tmpdir(), "callboard-pictures-"));
  story = await openStory();
  browser = story.browser;
}, 120_000);
afterAll(async () => {
  await story?.close();
  await rm(parts, { recursive: true, force: true });
});

const words = {
  en: { locale: "en-GB", choose: "Choose this title", sendNow: "Send now" },
  ja: { locale: "ja-JP", choose: "このタイトルにする", sendNow: "今すぐ送信" },
} as const;
type Lang = keyof typeof words;

/** Widths of the story's screens, in pixels, with usual heights. */
const screens = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
] as const;

/** Keeps a picture, or compares it with the one in the docs; `png` is the file's content. */
async function keep(name: string, png: Buffer): Promise<void> {
  const path = join(docs, name);
  if (isWriting) await writeFile(path, png);
  expect(measuresOf(await readFile(path)), `${name}: write it again with CALLBOARD_WRITE_PICTURES=1`).toEqual(
    measuresOf(png),
  );
}

/** Width and height are at the beginning of every PNG: https://www.w3.org/TR/png/#11IHDR */
const measuresOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });

it("shows the theatre while an answer is waited for", async () => {
  const { page, creator, viewer, problems } = await theatre.visit();
  await run(page);
  await waiting(page);
  await creator.locator("[data-candidate]").first().getByRole("radio").check();
  await viewer.locator("[data-waiting]").waitFor();
  await keep("pages.png", await page.screenshot());
  expect(problems).toEqual([]);
});

it.each(["en", "ja"] as const)("tells the story at three widths, in %s", async (lang) => {
  const shots: Buffer[][] = [];
  for (const screen of screens) shots.push(await storyAt(lang, screen));
  await keep(`pictures/story-${lang}.png`, await asRows(shots));
});

/** Four screens: asked, answered with undo, finished for its creator, and for viewers. */
async function storyAt(lang: Lang, viewport: (typeof screens)[number]): Promise<Buffer[]> {
  const { locale, choose, sendNow } = words[lang];
  const user = `${lang}-${viewport.width}`;
  const context = { viewport, locale };
  const { page, problems } = await story.visit({ role: "creator", user, context });
  const empty = await page
    .locator("h1")
    .first()
    .waitFor()
    .then(() => page.screenshot());
  const start = lang === "en" ? "Play the sample" : "サンプルを再生";
  await page.getByRole("button", { name: start }).first().click();
  await page.getByRole("radio").first().waitFor();
  await page.locator("[data-candidate]").nth(1).getByRole("radio").check();
  const asked = await page.screenshot();
  const subject = await subjectOn(page);
  if (lang === "en") await pick(page, 1);
  else {
    await page.getByRole("button", { name: choose }).click();
    await page.getByRole("button", { name: sendNow }).click();
  }
  await page.locator('[data-execution="succeeded"]').first().waitFor({ state: "attached" });
  await page.locator('[data-avatar="shown"]').first().waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  const finished = await page.screenshot();
  const viewer = await story.visit({ role: "viewer", subject, context });
  await viewer.page.locator('[data-execution="succeeded"]').first().waitFor({ state: "attached" });
  await viewer.page.locator('[data-avatar="shown"]').first().waitFor();
  const watched = await viewer.page.screenshot();
  expect([...problems, ...viewer.problems]).toEqual([]);
  expect(await sidewaysOf(page)).toBe(0);
  await page.context().close();
  await viewer.page.context().close();
  return [empty, asked, finished, watched];
}

const sidewaysOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Pictures in rows on one sheet, each row as high as its screens. */
async function asRows(rows: readonly (readonly Buffer[])[]): Promise<Buffer> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
  const page = await context.newPage();
  const row = (shots: readonly Buffer[], { width, height }: (typeof screens)[number]) => {
    const shown = Math.round(Math.min(388, (388 * width) / 700));
    return shots
      .map(
        (png) =>
          `<img width="${shown}" height="${Math.round((shown * height) / width)}" src="data:image/png;base64,${png.toString("base64")}" alt="">`,
      )
      .join("");
  };
  await page.setContent(
    `<body style="margin:0;background:#e9e4dc;display:grid;gap:12px;padding:12px;width:1576px">${rows
      .map((shots, at) => `<div style="display:flex;gap:8px">${row(shots, screens[at]!)}</div>`)
      .join("")}</body>`,
  );
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  const png = await page.screenshot({ fullPage: true });
  await context.close();
  return png;
}
