import { afterAll, beforeAll, expect, it } from "vitest";
import { openStory, type StoryStage } from "./story-stage.ts";

let stage: StoryStage;
beforeAll(async () => {
  stage = await openStory();
});
afterAll(() => stage?.close());

const langOf = () => document.documentElement.lang;

it("uses the browser's language from the first word, with its format of times", async () => {
  const context = { locale: "ja-JP", timezoneId: "Asia/Tokyo" };
  const { page, problems } = await stage.visit({ role: "creator", context });
  await page.locator('[data-connection="connected"]').getByText("接続済み").waitFor();
  expect(await page.evaluate(langOf)).toBe("ja");
  await page.getByRole("button", { name: "日本語", pressed: true }).waitFor();
  expect(problems).toEqual([]);
});

it("changes every tab of the browser at once, and keeps the chosen language after a reload, whatever the browser's setting", async () => {
  const { page, problems } = await stage.visit({ role: "creator" });
  await page.locator('[data-connection="connected"]').getByText("Connected").waitFor();
  const context = page.context();
  const viewer = await context.newPage();
  await viewer.goto(page.url().replace("creator.html", "viewer.html"));
  await viewer.locator('[data-connection="connected"]').getByText("Connected").waitFor();

  await page.getByRole("button", { name: "日本語" }).click();
  for (const one of [page, viewer]) {
    await one.locator('[data-connection="connected"]').getByText("接続済み").waitFor();
    expect(await one.evaluate(langOf)).toBe("ja");
  }
  await viewer.reload();
  await viewer.locator('[data-connection="connected"]').getByText("接続済み").waitFor();
  expect(await viewer.evaluate(langOf)).toBe("ja");

  await viewer.getByRole("button", { name: "English" }).click();
  await page.locator('[data-connection="connected"]').getByText("Connected").waitFor();
  expect(problems).toEqual([]);
});

it("says so when a language cannot be loaded, and keeps the former one", async () => {
  const { page } = await stage.visit({ role: "creator" });
  await page.locator('[data-connection="connected"]').waitFor();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "日本語" }).click();
  await page.getByText("日本語 could not be loaded.").waitFor();
  expect(await page.evaluate(langOf)).toBe("en");
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "日本語" }).click();
  await page.locator('[data-connection="connected"]').getByText("接続済み").waitFor();
});
