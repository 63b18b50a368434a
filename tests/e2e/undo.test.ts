import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAskingMachine, startOn } from "./asking.ts";
import { type OwnBrowser, openOwnBrowser } from "./own-browser.ts";
import { commentOn, openStory, pressWay, type StoryStage } from "./story-stage.ts";

let stage: StoryStage;
let own: OwnBrowser;
beforeAll(async () => {
  [stage, own] = await Promise.all([openStory(), openOwnBrowser()]);
});
afterAll(async () => {
  await own?.close();
  await stage?.close();
});

let asked = 0;

/** A question to Ana and Bob with two candidates; the answer that its workflow got, and how often. */
async function ask(question: object = {}) {
  const name = `undo-${++asked}`;
  const subject = `order/${name}`;
  const own = { title: undefined, assignees: ["user/ana", "user/bob"], ...question };
  const machine = await createAskingMachine({ sfn: stage.sfn }, name, { question: own });
  const executionArn = await startOn({ sfn: stage.sfn }, machine, subject);
  const ended = () => stage.sfn.send(new DescribeExecutionCommand({ executionArn }));
  return {
    subject,
    isWaiting: async () => (await ended()).status === "RUNNING",
    async answer() {
      await expect.poll(async () => (await ended()).status, { timeout: 20_000 }).toBe("SUCCEEDED");
      return JSON.parse((await ended()).output!) as Record<string, unknown>;
    },
    visit: (user = "ana") => stage.visit({ role: "creator", user, subject }),
    /** The address of its page, for another browser than the stage's. */
    address: async () =>
      `${stage.callboard.addresses.pages}/creator.html#token=${await stage.token("creator")}&video=${subject}`,
  };
}

const choice = (page: Page, title: string) => page.getByRole("radio", { name: title });
const undo = (page: Page) => page.getByRole("button", { name: "Undo", exact: true });

/** Selects a candidate and presses its button; it is not sent yet. */
async function choose(page: Page, title: string) {
  await choice(page, title).check();
  await pressWay(page, "Choose this one");
  await undo(page).waitFor();
}

/** The replies that a page has sent so far. */
const repliesOf = (page: Page): string[] => {
  const replies: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      if (String(payload).includes('"type":"reply"')) replies.push(String(payload));
    }),
  );
  return replies;
};

it("restores the selection and the comment with one press, and sends nothing", async () => {
  const { visit, isWaiting, answer } = await ask();
  const { page, problems } = await visit();
  await commentOn(page, "too early");
  await choose(page, "Right");
  await undo(page).click();
  expect(await choice(page, "Right").isChecked()).toBe(true);
  expect(await page.getByLabel("Comment (optional)").inputValue()).toBe("too early");
  await page.locator('.answer-ways [data-verb="pick"]:focus').waitFor();
  expect(await isWaiting()).toBe(true);

  // Without another press it disappears by itself.
  await choose(page, "Left");
  await page.locator('[data-outcome="relayed"]').waitFor();
  expect(await answer()).toMatchObject({ verb: "pick", candidateId: "left", comment: "too early" });
  await page.locator(".outcome-place:focus, .outcome-place :focus").waitFor();
  expect(problems).toEqual([]);
});

it("treats a double click as one press, and sends once", async () => {
  const { visit, answer } = await ask();
  const { page } = await visit();
  const replies = repliesOf(page);
  await page.reload();
  await choice(page, "Left").check();
  await page.locator('.answer-ways [data-verb="pick"]').dblclick();
  await undo(page).waitFor();
  await page.locator('[data-outcome="relayed"]').waitFor();
  expect(await answer()).toMatchObject({ candidateId: "left" });
  expect(replies).toHaveLength(1);
});

it.each(["closed", "left for another page"])("sends at once when its page is %s", async (how) => {
  const { visit, answer } = await ask();
  const { page } = await visit();
  await choose(page, "Right");
  if (how === "closed") await page.close({ runBeforeUnload: true });
  else await page.goto("about:blank");
  expect(await answer()).toMatchObject({ candidateId: "right" });
});

it("sends at once when its tab is hidden", async () => {
  const { visit, answer } = await ask();
  const { page } = await visit();
  await choose(page, "Right");
  const before = Date.now();
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.locator('[data-answer="accepted"], [data-outcome]').first().waitFor();
  expect(Date.now() - before).toBeLessThan(4_000);
  expect(await answer()).toMatchObject({ candidateId: "right" });
});

it("delays nothing when the deadline is near", async () => {
  const { visit, answer } = await ask({ deadlineSeconds: 9, timeoutSeconds: 90 });
  const { page } = await visit();
  await choice(page, "Left").check();
  await pressWay(page, "Choose this one");
  await page.locator('[data-answer="accepted"], [data-outcome]').first().waitFor();
  expect(await undo(page).count()).toBe(0);
  expect(await answer()).toMatchObject({ candidateId: "left", by: { id: "ana" } });
});

it("is found by another tab when its own has crashed, can be undone there, and is sent once", async () => {
  const { visit, answer, isWaiting, address } = await ask();
  const { page, context } = await visit();
  await commentOn(page, "of the first");
  await choose(page, "Right");
  const other = await context.newPage();
  const replies = repliesOf(other);
  await other.goto(await address());
  await choice(other, "Left").waitFor();
  expect(await undo(other).count()).toBe(0);

  // It crashes, and the other tab takes over its answer.
  await page.goto("chrome://crash").catch(() => {});
  await undo(other).waitFor();
  expect(await isWaiting()).toBe(true);
  await undo(other).click();
  expect(await choice(other, "Right").isChecked()).toBe(true);
  expect(await other.getByLabel("Comment (optional)").inputValue()).toBe("of the first");
  await choose(other, "Left");
  await other.getByRole("button", { name: "Send now" }).click();
  expect(await answer()).toMatchObject({ candidateId: "left", comment: "of the first" });
  expect(replies).toHaveLength(1);
});

it("is answered once after the browser was killed while it could be undone", async () => {
  const { address, answer, isWaiting } = await ask();
  const page = await own.open();
  await page.goto(await address());
  await choose(page, "Right");
  await kept(page, 1);
  await own.kill();
  expect(await isWaiting()).toBe(true);

  const again = await own.open();
  const replies = repliesOf(again);
  await again.goto(await address());
  await undo(again).waitFor();
  await again.getByText("About to send “Right”").waitFor();
  await again.locator('[data-outcome="relayed"]').waitFor();
  expect(await answer()).toMatchObject({ candidateId: "right" });
  expect(replies).toHaveLength(1);
  await kept(again, 0);
});

it("tells who was first when another person answers meanwhile, and sends nothing", async () => {
  const { visit, answer } = await ask();
  const [ana, bob] = await Promise.all([visit("ana"), visit("bob")]);
  const replies = repliesOf(ana.page);
  await ana.page.reload();
  await choose(ana.page, "Left");
  await choose(bob.page, "Right");
  await bob.page.getByRole("button", { name: "Send now" }).click();
  await ana.page.getByText("Bob chose “Right”").waitFor();
  await ana.page.getByText("The answer you gave here was not sent.").waitFor();
  expect(await answer()).toMatchObject({ candidateId: "right", by: { id: "bob" } });
  expect(replies).toEqual([]);
});

it("is sent when there is a connection again, if there was none at its time", async () => {
  const { visit, answer, isWaiting } = await ask();
  const { page, context } = await visit();
  await choose(page, "Left");
  await context.setOffline(true);
  await page.locator('[data-answer="queued"]').waitFor();
  expect(await isWaiting()).toBe(true);
  await context.setOffline(false);
  expect(await answer()).toMatchObject({ candidateId: "left" });
});

it("can also be undone from elsewhere on the page", async () => {
  const { visit, isWaiting } = await ask();
  const other = await ask();
  const { page } = await visit();
  await choose(page, "Left");
  await page.evaluate((subject) => {
    window.location.hash = `#video=${subject}`;
  }, other.subject);
  const notice = page.locator("[data-held]");
  await notice.getByRole("button", { name: "Undo", exact: true }).click();
  await notice.waitFor({ state: "detached" });
  expect(await isWaiting()).toBe(true);
});

/** Waits until the browser stores this many answers. */
const kept = (page: Page, count: number): Promise<void> =>
  expect
    .poll(() =>
      page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const opening = indexedDB.open("callboard");
            opening.onsuccess = () => {
              const counting = opening.result.transaction("held-answers").objectStore("held-answers").count();
              counting.onsuccess = () => {
                opening.result.close();
                resolve(counting.result);
              };
            };
          }),
      ),
    )
    .toBe(count);
