import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PersonRecord } from "@callboard/core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { awsAt } from "./aws.ts";
import { type Look, openLook } from "./look-at.ts";
import { amendOn, openStory, questionOn, type StoryStage } from "./story-stage.ts";

const pictures = process.env.CALLBOARD_SCREENSHOTS === "1";

let stage: StoryStage;
let look: Look;
beforeAll(async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [stage, look] = await Promise.all([openStory(), openLook(axe, { pictures })]);
});
afterAll(() => stage?.close());

const still = { reducedMotion: "reduce" } as const;

/** Records of people whose names no token of one machine has. */
async function know(people: readonly (readonly [id: string, name: string, words: readonly string[]])[]) {
  const { stores } = awsAt(stage.callboard.addresses.aws);
  for (const [id, name, words] of people) {
    const record: PersonRecord = { key: `of-${id}`, state: "known", person: { id, name }, words, at: 1 };
    expect(await stores.people.replace(undefined, record)).toBe(true);
  }
}

/** The field in which a person puts a question to others. */
async function opened(page: Page) {
  await questionOn(page);
  await amendOn(page, "Assign it to others");
  const field = page.getByRole("combobox", { name: "Who should answer instead" });
  const options = page.getByRole("listbox", { name: "People" }).getByRole("option");
  return { field, options, ask: () => page.getByRole("button", { name: "Ask them" }).click() };
}

/** Keeps pictures of a page on a phone, a tablet and a desktop. */
async function keepWidths(state: string, page: Page) {
  if (!pictures) return;
  const folder = fileURLToPath(new URL("./screenshots", import.meta.url));
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.getByRole("combobox", { name: "Who should answer instead" }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(folder, `${state}-${width}.png`) });
  }
}

it("finds a person by name, with only the keyboard, and puts the question to them", async () => {
  const { subject } = await stage.playSample();
  // They have been here, each over a connection of their own.
  const visitors = ["ben", "benny", "cleo"].map((user) => stage.visit({ role: "creator", user }));
  const [ben] = await Promise.all(visitors);
  for (const visit of await Promise.all(visitors)) await visit.page.getByText("Connected").waitFor();
  const { page, problems } = await stage.visit({ role: "creator", subject, context: still });
  const { field, options, ask } = await opened(page);

  await field.pressSequentially("BE");
  await expect.poll(() => options.allTextContents()).toEqual(["Ben user/ben", "Benny user/benny"]);
  await page.getByText("2 people found.").waitFor();
  await look("people", page);
  await keepWidths("people", page);
  await field.press("ArrowDown");
  await field.press("ArrowDown");
  expect(await field.getAttribute("aria-activedescendant")).toBe(await options.nth(1).getAttribute("id"));
  await field.press("ArrowUp");
  await field.press("Enter");
  await page.getByRole("list", { name: "Chosen" }).getByText("user/ben", { exact: true }).waitFor();
  expect(await field.inputValue()).toBe("");
  expect(await options.count()).toBe(0);

  // A chosen person is not offered again; Backspace removes them, and they are offered again.
  await field.pressSequentially("be");
  await expect.poll(() => options.allTextContents()).toEqual(["Benny user/benny"]);
  await field.press("Escape");
  await options.first().waitFor({ state: "hidden" });
  await field.fill("");
  await field.press("Backspace");
  await page.getByRole("list", { name: "Chosen" }).waitFor({ state: "detached" });
  await field.pressSequentially("ben");
  await options.first().click();
  await look("a person chosen", page);
  await keepWidths("a-person-chosen", page);
  await ask();
  await page.getByText("It is now assigned to ben.").waitFor();
  // He has never seen the video, but its question names it.
  const wanted = ben!.page.getByRole("list", { name: "Questions for you" });
  await wanted.getByText("talk.mp4").waitFor();
  expect([...problems, ...ben!.problems]).toEqual([]);
});

it("distinguishes people with the same name, shows hostile names as text, and accepts no name as an id", async () => {
  await know([
    ["3f2a-1", "Ana López", ["ana", "lopez"]],
    ["3f2a-2", "Ana López", ["ana", "lopez"]],
    ["evil", "Ana \u202egro.elpmaxe@toor <img src=x onerror=alert(1)>", ["ana"]],
    ["aa-long", `Ana ${"Wolfeschlegelsteinhausenbergerdorff".repeat(3)}`.slice(0, 100), ["ana"]],
    ["rtl", "آنا محمد", ["انا", "محمد"]],
    ["han", "王小明", ["王小明", "小明", "明"]],
  ]);
  const { subject } = await stage.playSample();
  const { page, problems } = await stage.visit({ role: "creator", subject, context: still });
  const { field, options, ask } = await opened(page);

  await field.fill("Ana López");
  await ask();
  await page.getByText("“Ana López” is a name: pick who is meant, or write user/….").waitFor();
  await field.fill("");
  await field.pressSequentially("lopez ANA");
  await expect
    .poll(() => options.allTextContents())
    .toEqual(["Ana López user/3f2a-1", "Ana López user/3f2a-2"]);
  await field.fill("");
  await field.pressSequentially("an");
  await expect.poll(() => options.count()).toBe(5);
  await look("people of odd names", page);
  await keepWidths("people-of-odd-names", page);
  expect(await page.locator("img[src=x]").count()).toBe(0);
  for (const [typed, found] of [
    ["محمد", "آنا محمد user/rtl"],
    ["小", "王小明 user/han"],
  ] as const) {
    await field.fill("");
    await field.pressSequentially(typed);
    await expect.poll(() => options.allTextContents()).toEqual([found]);
  }
  await field.fill("");
  await field.pressSequentially("role/editors, lo");
  await options.nth(1).click();
  expect(await field.inputValue()).toBe("role/editors,");
  await ask();
  await page.getByText("It is now assigned to “Ana López” (3f2a-2) and the role editors.").waitFor();
  expect(problems).toEqual([]);
});

it("says who cannot be found, and still accepts an id", async () => {
  const { subject } = await stage.playSample();
  const { page, problems } = await stage.visit({ role: "creator", subject, context: still });
  const { field, options, ask } = await opened(page);
  await field.pressSequentially("zacharias");
  await page.getByText("Nobody with that name has used Callboard.").waitFor();
  expect(await options.count()).toBe(0);
  await ask();
  await page.getByText("It is now assigned to zacharias.").waitFor();
  expect(problems).toEqual([]);
});

it("shows nobody to people who may not put the question to others", async () => {
  const { subject } = await stage.playSample(undefined, "olga");
  const { page } = await stage.visit({ role: "creator", user: "dan", subject, context: still });
  const { field, options } = await opened(page);
  await field.pressSequentially("an");
  await page.getByText("Names cannot be searched here: write user/… or role/….").waitFor();
  expect(await options.count()).toBe(0);
});

it("found no accessibility problems and no sideways scrolling in its pages", () => {
  expect(look.findings).toEqual([]);
});
