import type { Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  answerOn,
  commentOn,
  executionOn,
  lead,
  mark,
  openStory,
  pick,
  pressWay,
  questionOn,
  relayedOn,
  type StoryStage,
  sameAsServer,
  titlesOn,
} from "./story-stage.ts";

let stage: StoryStage;
beforeAll(async () => {
  stage = await openStory();
});
afterAll(() => stage?.close());

/** A new video, with pages of its creator and a viewer. */
async function premiere(user: string, timeoutSeconds?: number) {
  const [creator, viewer] = await Promise.all([
    stage.visit({ role: "creator", user }),
    stage.visit({ role: "viewer" }),
  ]);
  const { subject } = await stage.playSample(timeoutSeconds, user);
  await Promise.all([lead(creator.page, subject), lead(viewer.page, subject)]);
  const everythingTrue = async () => {
    await sameAsServer(stage, creator.page, `work:${subject}`, user);
    await sameAsServer(stage, creator.page, `inbox:user/${user}`, user);
    await sameAsServer(stage, viewer.page, `watch:${subject}`, user);
    expect([...creator.problems, ...viewer.problems]).toEqual([]);
  };
  return { subject, creator, viewer, everythingTrue };
}

it.concurrent("asks again with a hint until the last round, then uses the creator's own words", async () => {
  const { creator, viewer, everythingTrue } = await premiere("ana");
  const { page } = creator;
  await questionOn(page);
  const first = await titlesOn(page);

  const second = await askForOthers(page, "editors and deadlines", 2);
  expect(second.filter((title) => first.includes(title))).toEqual([]);
  const earlier = page.locator("details.earlier", { hasText: "earlier question" });
  await earlier.locator("summary").click();
  await earlier.getByText("with the hint “editors and deadlines”").waitFor();

  const firstRound = page.locator("details.earlier", { has: page.getByText("Round 1", { exact: true }) });
  expect(await firstRound.locator("strong").first().isVisible()).toBe(false);
  await firstRound.locator("summary").click();
  expect(await firstRound.locator("strong").allInnerTexts()).toEqual(first);
  expect(await firstRound.getByRole("radio").count()).toBe(0);
  await firstRound.locator("summary").click();

  const third = await askForOthers(page, "the stage door", 3);
  expect(third.filter((title) => [...first, ...second].includes(title))).toEqual([]);
  await page.getByText("the last round").waitFor();
  expect(await page.getByRole("button", { name: "Ask for other titles" }).count()).toBe(0);

  await mark(page, 0);
  const own = "What the Callboard Knows";
  await pressWay(page, "In your own words");
  await page.getByRole("textbox", { name: "Title" }).fill(own);
  await answerOn(page, "Save and use");
  await page.getByText(`You wrote “${own}”`).waitFor();
  for (const one of [page, viewer.page]) {
    await one.getByRole("heading", { level: 1, name: own }).waitFor();
    await executionOn(one, "succeeded");
  }
  await relayedOn(page, 3);
  await everythingTrue();
});

it.concurrent("keeps its file's name when the creator rejects every title, and says so", async () => {
  const { creator, viewer, everythingTrue } = await premiere("ben");
  const { page } = creator;
  await questionOn(page);
  await pressWay(page, "Reject");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("button", { name: "Undo", exact: true }).waitFor({ state: "hidden" });
  await questionOn(page);

  await commentOn(page, "none says what it is about");
  await answerOn(page, "Reject");
  await page.getByText("You rejected it (“none says what it is about”)").waitFor();
  await viewer.page.getByText("Ended: its creator rejected the titles.").waitFor();
  await viewer.page
    .locator('[data-step="choose"][data-state="failed"]')
    .getByText("Rejected by its creator")
    .waitFor();
  await viewer.page.getByRole("heading", { level: 1, name: "talk.mp4" }).waitFor();
  await relayedOn(page, 1);
  await everythingTrue();
  expect(viewer.frames.join()).not.toContain("none says what it is about");
});

it.concurrent("uses the first title when nobody answers in time", async () => {
  const { creator, viewer, everythingTrue } = await premiere("cleo", 20);
  const { page } = creator;
  await questionOn(page);
  const [, title] = ((await page.locator(".default").textContent()) ?? "").match(
    /^If you do nothing: “(.+)” is taken at /,
  )!;
  expect(await titlesOn(page)).toContain(title);

  await page.getByText(`Nobody answered in time, so “${title}” was taken by the system at`).waitFor();
  for (const one of [page, viewer.page]) {
    await one.getByRole("heading", { level: 1, name: title! }).waitFor();
    await executionOn(one, "succeeded");
  }
  await viewer.page.locator('[data-step="choose"]').getByText("the system took the first title").waitFor();
  await page.locator('[data-outcome="relayed"]').waitFor();
  await page.getByText("There are no questions for you.").waitFor();
  await everythingTrue();
});

it.concurrent("accepts the answer of one of two tabs and tells the other who answered what", async () => {
  const { subject, creator, everythingTrue } = await premiere("dora");
  const other = await creator.context.newPage();
  const news = await holdDeltas(other);
  await other.goto(`${creator.page.url()}?token=${await stage.token("creator", "dora")}`);
  await Promise.all([questionOn(creator.page), questionOn(other)]);

  news.hold();
  const taken = await pick(creator.page, 0);
  const lost = await pick(other, 3);
  await other.locator('[data-answer="refused"][data-code="already_answered"]').waitFor();
  await other
    .getByText(/You had already answered: you chose a proposal at .* This second answer was not taken\./)
    .waitFor();
  news.release();
  await other.getByText("The answer you gave here was not taken.").waitFor();

  for (const one of [creator.page, other]) {
    await one.getByText(`You chose “${taken}”`).waitFor();
    await one.getByRole("heading", { level: 1, name: taken }).waitFor();
    await executionOn(one, "succeeded");
    await relayedOn(one, 1);
    expect(await one.locator("[data-receipt]").count()).toBe(1);
  }
  expect(lost).not.toBe(taken);
  await sameAsServer(stage, other, `work:${subject}`, "dora");
  await everythingTrue();
});

/** Asks the models again; returns the titles of the next round. */
async function askForOthers(page: Page, hint: string, round: number): Promise<string[]> {
  await commentOn(page, hint);
  await answerOn(page, "Ask for other titles");
  await page.locator('[data-question="open"]').getByText(`round ${round} of 3`).waitFor();
  await page.locator(`ul[data-round="${round}"]`).getByRole("radio").first().waitFor();
  return titlesOn(page);
}

/** Holds the server's pushes back from a page, in order, until they are released; answers pass. */
async function holdDeltas(page: Page): Promise<{ hold(): void; release(): void }> {
  let held: (() => void)[] | undefined;
  await page.routeWebSocket(/./, (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (held && String(message).includes('"type":"delta"')) held.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  return {
    hold() {
      held = [];
    },
    release() {
      for (const send of held ?? []) send();
      held = undefined;
    },
  };
}
