import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Channel } from "@callboard/protocol";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sideBySide } from "./side-by-side.ts";
import {
  answerOn,
  executionOn,
  mark,
  openStory,
  pageMap,
  questionOn,
  relayedOn,
  type StoryStage,
  sameAsServer,
  subjectOn,
  titlesOn,
} from "./story-stage.ts";

let stage: StoryStage;
beforeAll(async () => {
  stage = await openStory();
});
afterAll(() => stage?.close());

const forPicture = { viewport: { width: 1340, height: 960 } };

it("leads the sample from one button to a title and a picture, which a viewer sees", async () => {
  const creator = await stage.visit({ role: "creator", context: forPicture });
  const { page } = creator;
  await page.getByText("Connected").waitFor();

  const clickedAt = performance.now();
  await page.getByRole("button", { name: "Play the sample" }).click();
  const subject = await subjectOn(page);
  const work: Channel = `work:${subject}`;
  const watch: Channel = `watch:${subject}`;
  const viewer = await stage.visit({
    role: "viewer",
    subject,
    context: { viewport: { width: 560, height: 960 } },
  });
  await viewer.page.locator('[data-state="started"], [data-state="running"]').first().waitFor();

  await page.locator("[data-candidate]").first().waitFor();
  const candidatesMs = performance.now() - clickedAt;
  await questionOn(page);
  const questionMs = performance.now() - clickedAt;
  expect(candidatesMs).toBeLessThanOrEqual(questionMs);
  expect(questionMs).toBeLessThan(20_000);

  await viewer.page.locator("[data-waiting]").waitFor();
  expect(await viewer.page.locator('[data-step="transcribe"]').getAttribute("data-state")).toBe("succeeded");
  await viewer.page.locator('[data-step="ask"][data-state="waiting"]').waitFor();
  await playsWithCaptions(page);
  const title = await mark(page, 1);
  await picture(page, viewer.page);

  await answerOn(page, "Choose this title");
  await viewer.page.getByRole("heading", { level: 1, name: title }).waitFor();
  const avatar = viewer.page.getByRole("img", { name: `Drawn for “${title}”` });
  await viewer.page.locator('[data-avatar="shown"]').waitFor();
  expect(
    await avatar.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
  ).toEqual([512, 512]);
  await Promise.all([executionOn(page, "succeeded"), executionOn(viewer.page, "succeeded")]);

  await page.getByText("There are no questions for you.").waitFor();
  await relayedOn(page, 1);
  await page.locator('[data-outcome="relayed"]').waitFor();
  expect(await viewer.page.locator("[data-waiting]").count()).toBe(0);

  await page.getByText("What was asked").click();
  await neverSawCandidates(viewer.page, viewer.frames, watch, await titlesOn(page));
  for (const [seen, channel] of [
    [page, work],
    [page, "inbox:user/ana"],
    [viewer.page, watch],
  ] as const)
    await sameAsServer(stage, seen, channel);
  expect([...creator.problems, ...viewer.problems]).toEqual([]);

  const source = (await avatar.getAttribute("src")) ?? "";
  expect((await fetch(source)).status).toBe(200);
  const forged = withOneCharacterChanged(source);
  expect((await fetch(forged)).status).toBe(403);
  expect(await loads(viewer.page, forged)).toBe(false);
});

/** The captions are a loaded track, and time advances when the video is played. */
async function playsWithCaptions(page: Page) {
  const video = page.locator("video");
  await page.waitForFunction(() => {
    const video = document.querySelector("video");
    return video !== null && video.readyState >= 1 && (video.textTracks[0]?.cues?.length ?? 0) > 0;
  });
  const seen = await video.evaluate((video: HTMLVideoElement) => ({
    seconds: video.duration,
    captions: [video.textTracks[0]?.kind, video.textTracks[0]?.mode],
    firstWords: (video.textTracks[0]?.cues?.[0] as VTTCue | undefined)?.text,
  }));
  expect(seen.seconds).toBeGreaterThan(255);
  expect(seen.seconds).toBeLessThan(265);
  expect(seen.captions).toEqual(["captions", "showing"]);
  expect(seen.firstWords).toContain("welcome backstage");
  await video.evaluate((video: HTMLVideoElement) => {
    video.muted = true;
    video.currentTime = 28.5;
    return video.play();
  });
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 28.7);
  await video.evaluate((video: HTMLVideoElement) => video.pause());
}

/** Neither drawn, nor held, nor ever sent. Only the chosen title is public. */
async function neverSawCandidates(
  page: Page,
  frames: readonly string[],
  watch: Channel,
  titles: readonly string[],
) {
  const chosen = await page.getByRole("heading", { level: 1 }).textContent();
  const secret = titles.filter((title) => title !== chosen);
  expect(secret.length).toBeGreaterThan(3);
  const held = await pageMap(page, watch);
  expect(Object.keys(held).filter((key) => /^(candidate|request|attending)\//.test(key))).toEqual([]);
  expect(frames.length).toBeGreaterThan(5);
  const told = [...frames, JSON.stringify(held), await page.content()].join("\n");
  expect(secret.filter((title) => told.includes(title))).toEqual([]);
  expect(told).not.toMatch(/"candidate\/|taskToken/);
}

/** Another signature: one character of the URL's last value is changed. */
function withOneCharacterChanged(url: string): string {
  const last = url.at(-1);
  return `${url.slice(0, -1)}${last === "0" ? "1" : "0"}`;
}

const loads = (page: Page, url: string): Promise<boolean> =>
  page.evaluate(
    (source) =>
      new Promise<boolean>((resolve) => {
        const image = new Image();
        image.onload = () => resolve(true);
        image.onerror = () => resolve(false);
        image.src = source;
      }),
    url,
  );

/** Both pages at the time of the question, as one picture. */
async function picture(creator: Page, viewer: Page) {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const folder =
    process.env.CALLBOARD_SCREENSHOTS === "1" ? join(root, "docs") : join(root, "tests/e2e/screenshots");
  await mkdir(folder, { recursive: true });
  const shots = await Promise.all([creator.screenshot(), viewer.screenshot()]);
  const joined = await sideBySide(stage.browser, shots, { width: 1270, height: 636 });
  await writeFile(join(folder, "pages.png"), joined);
  expect(joined.length).toBeLessThan(400_000);
}
