import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openLook } from "./look-at.ts";
import {
  commentOn,
  executionOn,
  lead,
  openStory,
  pick,
  pressWay,
  questionOn,
  type StoryStage,
  sampleFile,
} from "./story-stage.ts";

let stage: StoryStage;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  stage = await openStory();
});
afterAll(() => stage?.close());

/** A change of colour takes its time, and would be measured half-way. */
const still = { reducedMotion: "reduce" } as const;

it.concurrent("leads from the first page to a picked title without a mouse, with a visible focus", async () => {
  const { page, problems } = await stage.visit({ role: "creator", user: "kim" });
  await page.getByText("Connected").waitFor();
  await tabTo(page, "Play the sample");
  await page.keyboard.press("Enter");
  await questionOn(page);
  expect(await focused(page)).toMatchObject({ name: "talk.mp4", visible: true });

  const titles = await page.locator("[data-candidate] strong").allInnerTexts();
  await tabTo(page, titles[0]!);
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toMatchObject({ name: titles[1], visible: true });
  await tabTo(page, "Choose this title");
  await page.keyboard.press("Space");
  await page.locator(".answer-status:focus").waitFor();
  await tabTo(page, "Send now");
  await page.keyboard.press("Enter");
  await page.getByText(`You chose “${titles[1]}”`).waitFor();
  await executionOn(page, "succeeded");
  await comesRound(page);
  expect(problems).toEqual([]);
});

it.concurrent("rejects and undoes it without a mouse", async () => {
  const { subject } = await stage.playSample(undefined, "lou");
  const { page } = await stage.visit({ role: "creator", user: "lou", subject });
  await questionOn(page);
  await tabTo(page, "More ways");
  await page.keyboard.press("Enter");
  await tabTo(page, "Reject");
  await page.keyboard.press("Escape");
  expect(await focused(page)).toMatchObject({ name: "More ways", visible: true });
  await page.keyboard.press("Enter");
  await tabTo(page, "Reject");
  await page.keyboard.press("Enter");
  await page.locator(".answer-status:focus").waitFor();
  await tabTo(page, "Undo");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Undo", exact: true }).waitFor({ state: "hidden" });
  expect(await focused(page)).toMatchObject({ name: "Choose this title", visible: true });
  await questionOn(page);
  await comesRound(page);
});

it.concurrent("has accessible pages in every state", async () => {
  const look = await openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" });
  const { page: index } = await stage.visit({ role: "viewer", context: still });
  await index.goto(stage.callboard.addresses.pages);
  await look("index", index);

  const { page: empty } = await stage.visit({ role: "creator", user: "max", context: still });
  await empty.getByText("There is none yet.").waitFor();
  await look("creator, nothing yet", empty);

  const { subject } = await stage.playSample(undefined, "max");
  const { page: viewer } = await stage.visit({ role: "viewer", user: "max", context: still });
  await viewer
    .getByRole("button", { name: /^talk\.mp4/ })
    .first()
    .waitFor();
  await look("viewer, without a video", viewer);
  await Promise.all([lead(viewer, subject), lead(empty, subject)]);
  await questionOn(empty);
  await look("creator, asked", empty);
  await viewer.locator("[data-waiting]").waitFor();
  await look("viewer, in progress", viewer);

  await commentOn(empty, "deadlines");
  await look("creator, commenting", empty);
  await pressWay(empty, "Ask for other titles");
  await empty.getByRole("button", { name: "Undo", exact: true }).waitFor();
  await empty.getByRole("button", { name: "Send now" }).click();
  await empty.getByText("round 2 of 3").waitFor();
  await questionOn(empty);
  for (const summary of await empty.locator("summary").all()) await summary.click();
  await look("creator, asked again", empty);
  await pick(empty, 0);
  for (const page of [empty, viewer]) {
    await executionOn(page, "succeeded");
    await page.locator('[data-avatar="shown"]').waitFor();
  }
  await empty.locator('[data-outcome="relayed"]').waitFor();
  await look("creator, answered", empty);
  await look("viewer, done", viewer);

  await empty.getByRole("button", { name: "New", exact: true }).click();
  await look("creator, a new video", empty);
  await empty.getByLabel("Captions (.vtt or .srt)").setInputFiles({
    ...(await sampleFile("talk.vtt")),
    buffer: Buffer.from("Nobody spoke of time."),
  });
  await empty.getByRole("button", { name: "Start", exact: true }).click();
  await executionOn(empty, "failed");
  await empty.getByText("Details").click();
  await look("creator, failed", empty);
  await viewer.goto(empty.url().replace("creator", "viewer"));
  await executionOn(viewer, "failed");
  await look("viewer, failed", viewer);
  expect(look.findings).toEqual([]);
});

/** The focused element: its name, whether the focus is visible, and whether it is in a dialog. */
function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body)
      return { name: "", visible: true, dialog: false };
    const labelledBy = document.getElementById(element.getAttribute("aria-labelledby") ?? "");
    const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
    const named = labelledBy ?? label ?? element;
    const shown = (one: Element | null) => {
      if (!one) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (
        (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2) ||
        /0px 0px 0px [2-9]px/.test(boxShadow)
      );
    };
    const box = element.getBoundingClientRect();
    const inSight =
      box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
    return {
      name: (element.getAttribute("aria-label") ?? named.textContent ?? "").trim(),
      // A video's own controls have the browser's focus mark.
      visible:
        inSight &&
        (element.tagName === "VIDEO" ||
          shown(element) ||
          shown(element.closest(".candidate") ?? element.closest(".file-field, label"))),
      dialog: element.closest("dialog") !== null,
    };
  });
}

/** Presses Tab until an element of this name has the focus; the focus is visible at every stop. */
async function tabTo(page: Page, name: string) {
  const unmarked: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const stop = await focused(page);
    if (!stop.visible) unmarked.push(stop.name);
    if (stop.name !== name) continue;
    expect(unmarked).toEqual([]);
    return;
  }
  throw new Error(`${name} cannot be reached`);
}

/** No stop traps the focus: it leaves the page at its end and comes back at its beginning. */
async function comesRound(page: Page) {
  const skip = "Skip to the content";
  await tabTo(page, skip);
  await tabTo(page, skip);
  await page.keyboard.press("Shift+Tab");
  expect((await focused(page)).name).not.toBe(skip);
}
