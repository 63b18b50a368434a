import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  executionOn,
  openStory,
  pick,
  questionOn,
  relayedOn,
  type StoryStage,
  sameAsServer,
} from "./story-stage.ts";

type Sample = Awaited<ReturnType<StoryStage["playSample"]>>;

let stage: StoryStage;
let stopped: Sample;
let interrupted: Sample;
beforeAll(async () => {
  stage = await openStory();
  [stopped, interrupted] = await Promise.all([stage.playSample(), stage.playSample(undefined, "ben")]);
});
afterAll(() => stage?.close());

it("shows everybody that an execution was stopped in the middle of its question", async () => {
  const { subject, executionArn } = stopped;
  const [creator, viewer] = await Promise.all([
    stage.visit({ role: "creator", subject }),
    stage.visit({ role: "viewer", subject }),
  ]);
  await Promise.all([questionOn(creator.page), viewer.page.locator("[data-waiting]").waitFor()]);
  await stage.sfn.send(
    new StopExecutionCommand({ executionArn, error: "Rehearsal", cause: "The light failed" }),
  );

  for (const { page } of [creator, viewer]) {
    await executionOn(page, "aborted");
    await page.getByText(/It was stopped by hand in “Ask the creator”/).waitFor();
    await page.locator('[data-step="ask"][data-state="failed"]').waitFor();
    expect(
      await page.locator('[data-state="started"], [data-state="running"], [data-state="waiting"]').count(),
    ).toBe(0);
    expect(await page.locator("progress").count()).toBe(0);
  }
  await creator.page.locator('[data-outcome="withdrawn"]').waitFor();
  await creator.page.getByText("The workflow no longer waits for an answer.").waitFor();
  expect(await creator.page.getByRole("button", { name: "Choose this title" }).count()).toBe(0);
  await creator.page.getByText("Nothing is wanted of you.").waitFor();
  await viewer.page.locator("[data-waiting]").waitFor({ state: "detached" });
  expect(viewer.frames.join()).not.toContain("The light failed");
  await sameAsServer(stage, creator.page, `work:${subject}`);
  await sameAsServer(stage, viewer.page, `watch:${subject}`);
  expect([...creator.problems, ...viewer.problems]).toEqual([]);
});

it("goes on after the whole service was away, with the same question and the same answer", async () => {
  const { subject } = interrupted;
  const [creator, viewer] = await Promise.all([
    stage.visit({ role: "creator", user: "ben", subject }),
    stage.visit({ role: "viewer", subject }),
  ]);
  const people = [creator, viewer];
  await Promise.all([questionOn(creator.page), viewer.page.locator("[data-waiting]").waitFor()]);

  // "Reconnecting", or "out of reach" after three attempts, which may fail within a second.
  const away = '[data-connection]:not([data-connection="connected"])';
  const noticed = people.map(({ page }) => page.locator(away).waitFor());
  await stage.stop();
  await Promise.all(noticed);
  await questionOn(creator.page);
  await stage.start();
  for (const { page } of people) await page.locator('[data-connection="connected"]').waitFor();
  await sameAsServer(stage, creator.page, `work:${subject}`, "ben");
  await sameAsServer(stage, viewer.page, `watch:${subject}`, "ben");

  const title = await pick(creator.page, 1);
  for (const { page } of people) {
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await executionOn(page, "succeeded");
  }
  await relayedOn(creator.page, 1);
  for (const channel of [`work:${subject}`, "inbox:user/ben"] as const)
    await sameAsServer(stage, creator.page, channel, "ben");
  // A request that the stop cut off in the middle.
  const cutOff = /ERR_(EMPTY_RESPONSE|CONNECTION_(RESET|CLOSED))/;
  const problems = [...creator.problems, ...viewer.problems].filter((problem) => !cutOff.test(problem));
  expect(problems).toEqual([]);
});

it.each(["creator", "viewer"] as const)("says that a forged link is not authorised (%s)", async (role) => {
  const page = await whereLinksAreNeeded();
  const forged = (await stage.token(role)).replace(/\.[^.]+$/, ".AAAA");
  await page.goto(`${stage.callboard.addresses.pages}/${role}.html#token=${forged}`);
  await page.locator('[data-connection="unauthorised"]').waitFor();
  await page.getByText("Your link has expired. Open a fresh one.").waitFor();
});

it("asks for a link when there is no token in it", async () => {
  const page = await whereLinksAreNeeded();
  await page.goto(`${stage.callboard.addresses.pages}/creator.html#token=garbage`);
  await page.getByRole("heading", { name: "A link is needed" }).waitFor();
});

/** An empty page that will find itself on a host that gives out no tokens. */
async function whereLinksAreNeeded(): Promise<Page> {
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  await page.route("**/config.json", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), devTokens: false } });
  });
  return page;
}
