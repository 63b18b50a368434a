import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { executionOn, openStory, pick, type StoryStage, sameAsServer } from "./story-stage.ts";

let stage: StoryStage;
beforeAll(async () => {
  stage = await openStory();
});
afterAll(() => stage?.close());

/** A page that can tell whether it was loaded again since. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { loadedOnce: true }));
const isAsLoaded = (page: Page) => page.evaluate(() => "loadedOnce" in window);

it("shows a new video to others at once, with title and picture, without a reload", async () => {
  const viewer = await stage.visit({ role: "viewer" });
  const ana = await stage.visit({ role: "creator", user: "ana" });
  const ben = await stage.visit({ role: "creator", user: "ben" });
  const all = [viewer, ana, ben];
  await viewer.page.getByText("There is none yet.").waitFor();
  for (const { page } of [ana, ben])
    await page.getByRole("region", { name: "Your videos" }).getByText("There is none yet.").waitFor();
  for (const { page } of all) await mark(page);

  const { subject } = await stage.playSample(undefined, "ana");
  const rowOn = (page: Page) => page.locator(`.rows [data-subject="${subject}"]`);
  for (const { page } of [viewer, ana]) {
    await rowOn(page).getByText("talk.mp4").waitFor();
    await rowOn(page).getByText("Under way").waitFor();
  }
  for (const { page } of [viewer, ana]) await rowOn(page).getByText("Waiting for an answer").waitFor();

  await rowOn(ana.page).getByRole("button").click();
  const title = await pick(ana.page, 0);
  for (const { page } of [viewer, ana]) {
    await rowOn(page).getByText(title).waitFor();
    await rowOn(page).locator('[data-picture="shown"]').waitFor();
    await rowOn(page).getByText("Done").waitFor();
  }
  const picture = rowOn(viewer.page).locator("img");
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(512);

  expect(await rowOn(ben.page).count()).toBe(0);
  await sameAsServer(stage, viewer.page, "list:video");
  await sameAsServer(stage, ana.page, "list:video/user/ana");
  expect(await stage.serverMap("list:video/user/ben", "ben")).toEqual({});
  for (const { page } of all) expect(await isAsLoaded(page)).toBe(true);

  await rowOn(viewer.page).getByRole("button").click();
  await viewer.page.getByRole("heading", { level: 1, name: title }).waitFor();
  await executionOn(viewer.page, "succeeded");
  await viewer.page.getByRole("button", { name: "All videos" }).click();
  await rowOn(viewer.page).getByText("Done").waitFor();
  expect(all.flatMap(({ problems }) => problems)).toEqual([]);
});
