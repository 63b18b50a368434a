import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import type { Callboard } from "@callboard/client";
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
  [stopped, interrupted] = await Promise.all([stage.playSample(3000), stage.playSample(undefined, "ben")]);
});
afterAll(() => stage?.close());

it.each([
  ["ahead", 2],
  ["behind", -2],
])("shows the time left by the server's clock on a machine two hours %s", async (_, hoursOff) => {
  const { subject } = stopped;
  const { page, context } = await stage.visit({ role: "creator", subject });
  await context.addInitScript((offMs) => {
    const RealDate = Date;
    const now = () => RealDate.now() + offMs;
    globalThis.Date = class extends RealDate {
      constructor(...given: unknown[]) {
        super(...((given.length > 0 ? given : [now()]) as [number]));
      }
      static override now = now;
    } as DateConstructor;
  }, hoursOff * 3_600_000);
  await page.reload();
  await questionOn(page);
  const pageIsOff = await page.evaluate(() => Date.now());
  expect(Math.abs(pageIsOff - Date.now())).toBeGreaterThan(7_000_000);
  const countdown = page.locator("time.countdown").first();
  const deadline = Date.parse((await countdown.getAttribute("datetime"))!);
  // Text and time are read separately, so they are read again if a second has just begun.
  await expect
    .poll(async () => {
      const text = (await countdown.textContent()) ?? "";
      const [, minutes = "0", seconds = "0"] = /^(?:(\d+) min)? ?(?:(\d+) s)? left/.exec(text) ?? [];
      return Math.abs(deadline - Date.now() - (Number(minutes) * 60 + Number(seconds)) * 1000);
    })
    .toBeLessThan(2000);
  await context.close();
});

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
  await creator.page.getByText("There are no questions for you.").waitFor();
  await viewer.page.locator("[data-waiting]").waitFor({ state: "detached" });
  expect(viewer.frames.join()).not.toContain("The light failed");
  await sameAsServer(stage, creator.page, `work:${subject}`);
  await sameAsServer(stage, viewer.page, `watch:${subject}`);
  expect([...creator.problems, ...viewer.problems]).toEqual([]);
});

it("continues after the whole service was away, with the same question and the same answer", async () => {
  const { subject } = interrupted;
  const [creator, viewer] = await Promise.all([
    stage.visit({ role: "creator", user: "ben", subject }),
    stage.visit({ role: "viewer", subject }),
  ]);
  const people = [creator, viewer];
  await Promise.all([questionOn(creator.page), viewer.page.locator("[data-waiting]").waitFor()]);
  for (const { page } of people) await recordConnection(page);

  await stage.stop();
  // Three attempts have failed by then; browsers do not show the reason.
  for (const { page } of people) {
    await page.waitForFunction(() => (window as Recorded).waits!.length > 4);
    await page.locator(".connection-countdown", { hasText: /^ in \d s$/ }).waitFor();
  }
  await creator.page.getByRole("button", { name: "Try now" }).click();
  await questionOn(creator.page);
  await stage.start();
  const listening = performance.now();
  for (const { page } of people) await page.locator('[data-connection="connected"]').waitFor();
  expect(performance.now() - listening).toBeLessThan(5000);
  for (const { page } of people) {
    const kinds = await page.evaluate(() => (window as Recorded).kinds!);
    expect(kinds.filter((kind) => !["connected", "connecting", "reconnecting"].includes(kind))).toEqual([]);
  }
  await sameAsServer(stage, creator.page, `work:${subject}`, "ben");
  await sameAsServer(stage, viewer.page, `watch:${subject}`, "ben");

  // Airplane mode: an answer in it arrives afterwards, once.
  await creator.context.setOffline(true);
  await creator.page.locator('[data-connection="offline"]').waitFor({ timeout: 1000 });
  const title = await pick(creator.page, 1);
  await creator.page.locator('[data-answer="queued"]').waitFor();
  await creator.context.setOffline(false);
  for (const { page } of people) {
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await executionOn(page, "succeeded");
  }
  await relayedOn(creator.page, 1);
  for (const channel of [`work:${subject}`, "inbox:user/ben"] as const)
    await sameAsServer(stage, creator.page, channel, "ben");
  // A request that the stop interrupted.
  const cutOff = /ERR_(EMPTY_RESPONSE|INTERNET_DISCONNECTED|CONNECTION_(RESET|CLOSED))/;
  const problems = [...creator.problems, ...viewer.problems].filter((problem) => !cutOff.test(problem));
  expect(problems).toEqual([]);
});

it.each(["creator", "viewer"] as const)("says that a forged link is not authorised (%s)", async (role) => {
  const page = await whereLinksAreNeeded();
  const forged = (await stage.token(role)).replace(/\.[^.]+$/, ".AAAA");
  await page.goto(`${stage.callboard.addresses.pages}/${role}.html#token=${forged}`);
  await page.locator('[data-connection="unauthorised"]').waitFor();
  if (role === "creator") await page.getByText("Your link has expired. Open a fresh one.").waitFor();
});

it("asks for a link when there is no token in it", async () => {
  const page = await whereLinksAreNeeded();
  await page.goto(`${stage.callboard.addresses.pages}/creator.html#token=garbage`);
  await page.getByRole("heading", { name: "A link is needed" }).waitFor();
});

type Recorded = Window & {
  callboard?: Callboard;
  /** The connection states that were shown, in order. */
  kinds?: string[];
  /** The reasons of the client's waits. */
  waits?: string[];
};

/** From now on a page records its shown connection states, and its client's waits. */
const recordConnection = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const here = window as Recorded;
    const kinds: string[] = [];
    const waits: string[] = [];
    Object.assign(here, { kinds, waits });
    const status = document.querySelector("[data-connection]")!;
    const look = () => kinds.push(status.getAttribute("data-connection")!);
    new MutationObserver(look).observe(status, { attributeFilter: ["data-connection"] });
    here.callboard!.onState((state) => state.state === "waiting" && waits.push(state.reason));
    look();
  });

/** An empty page on a host that issues no tokens. */
async function whereLinksAreNeeded(): Promise<Page> {
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  const config = await (await fetch(`${stage.callboard.addresses.pages}/config.json`)).json();
  await page.route("**/config.json", (route) => route.fulfill({ json: { ...config, devTokens: false } }));
  return page;
}
