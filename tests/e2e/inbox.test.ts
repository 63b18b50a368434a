import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAskingMachine } from "./asking.ts";
import { type Look, openLook } from "./look-at.ts";
import { openStory, type StoryStage } from "./story-stage.ts";

let stage: StoryStage;
let look: Look;
beforeAll(async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [stage, look] = await Promise.all([
    openStory(),
    openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" }),
  ]);
});
afterAll(() => stage?.close());

/** Makes workflows ask a person this many questions about this many orders, the first with the least time. */
async function ask(user: string, count: number, subjects: number) {
  const question = {
    thread: "{% $states.input.thread %}",
    prompt: "{% $states.input.prompt %}",
    title: "{% $states.input.title %}",
    timeoutSeconds: "{% $states.input.seconds %}",
    assignees: [`user/${user}`],
  };
  const stateMachineArn = await createAskingMachine(stage, `asking-${user}`, {
    question: question as never,
    waitSeconds: 90_000,
  });
  const start = (n: number) =>
    stage.sfn.send(
      new StartExecutionCommand({
        stateMachineArn,
        input: JSON.stringify({
          subject: `order/${user}-${n % subjects}`,
          thread: `t${n}`,
          prompt: `Question ${n}: may order ${n % subjects} continue?`,
          title: `Order ${n % subjects}`,
          seconds: 3_600 + n * 60,
        }),
      }),
    );
  for (let n = 0; n < count; n += 20)
    await Promise.all(Array.from({ length: Math.min(20, count - n) }, (_, more) => start(n + more)));
  return { start };
}

/** Answers a question as another of the person's programs does. */
async function answer(user: string, requestId: string) {
  const response = await fetch(`${stage.callboard.addresses.http}/requests/${requestId}/replies`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await stage.token("creator", user)}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ replyId: `e2e-${requestId}`, round: 1, verb: "reject" }),
  });
  expect(response.status).toBe(200);
}

const rowsOn = (page: Page) => page.locator("li[data-request]");
/** The prompt of the row that has the focus. */
const focusedOn = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.closest("[data-request]")?.querySelector("strong")?.textContent,
  );
const promptOn = (page: Page) => page.locator("[data-question] .prompt").first();
const idOn = (page: Page) => new URL(page.url()).hash.replace("#/q/", "");

it("makes a hundred questions of twenty subjects reachable with only the keyboard", async () => {
  await ask("hana", 100, 20);
  const { page, problems } = await stage.visit({
    role: "creator",
    user: "hana",
    context: { reducedMotion: "reduce" },
  });
  await expect.poll(() => rowsOn(page).count(), { timeout: 30_000 }).toBe(100);
  expect(await page.title()).toBe("(100) Creator · Callboard");
  expect(await page.locator("[data-group]").count()).toBe(20);
  expect(await page.locator('link[rel="icon"]').getAttribute("href")).toMatch(/^data:image\/svg\+xml,.*9%2B/);

  const { nodes, times } = await movesOn(page);
  expect(nodes).toBeLessThan(1_600);
  // A key draws two rows and not a hundred, fast enough not to be noticed.
  expect(times[Math.floor(times.length / 2)]).toBeLessThan(50);

  await page.keyboard.press("/");
  await page.keyboard.type("order 7 question 27");
  await page.getByText("1 found").waitFor();
  await page.keyboard.press("Enter");
  expect(await focusedOn(page)).toBe("Question 27: may order 7 continue?");
  await page.keyboard.press("Enter");
  await promptOn(page).getByText("Question 27").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  expect(await rowsOn(page).count()).toBe(100);

  // An answered question leaves; the next is the one in its place, not the first of all.
  await answer("hana", idOn(page));
  await expect.poll(() => rowsOn(page).count()).toBe(99);
  await page.keyboard.press("n");
  await promptOn(page).getByText("Question 47").waitFor();
  expect(await page.title()).toBe("(99) Order 7 · Callboard");

  // The way back leads through what was opened.
  await page.goBack();
  await promptOn(page).getByText("Question 27").waitFor();
  await page.goForward();
  await promptOn(page).getByText("Question 47").waitFor();
  await page.reload();
  await promptOn(page).getByText("Question 47").waitFor();
  await look("inbox, a hundred questions", page);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await look("inbox, its keys", page);
  expect([problems, look.findings]).toEqual([[], []]);
});

/** Moves by `j` through the list, and gives how long each move takes until it is drawn, sorted, and the size of the page. */
const movesOn = (page: Page) =>
  page.evaluate(async () => {
    const times: number[] = [];
    for (let n = 0; n < 60; n++) {
      const from = performance.now();
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", {
          key: "j",
          code: "KeyJ",
          bubbles: true,
          composed: true,
          cancelable: true,
        }),
      );
      // What a key changes is drawn in a microtask; reading the layout has the browser do what its frame would.
      await new Promise<void>((drawn) => queueMicrotask(() => queueMicrotask(drawn)));
      document.activeElement?.getBoundingClientRect();
      times.push(performance.now() - from);
      await new Promise(requestAnimationFrame);
    }
    return { nodes: document.querySelectorAll("*").length, times: times.sort((a, b) => a - b) };
  });

it("goes from the inbox to a question and back on a narrow screen", async () => {
  await ask("nari", 3, 2);
  const { page, problems } = await stage.visit({
    role: "creator",
    user: "nari",
    context: { viewport: { width: 320, height: 640 } },
  });
  await expect.poll(() => rowsOn(page).count()).toBe(3);
  await rowsOn(page).nth(1).getByRole("button").click();
  await promptOn(page).getByText("Question 2").waitFor();
  expect(await rowsOn(page).first().isVisible()).toBe(false);
  await page.getByRole("button", { name: "Back to the inbox, 3 questions open" }).click();
  await expect.poll(() => focusedOn(page)).toContain("Question 2");
  await page.goBack();
  await promptOn(page).getByText("Question 2").waitFor();
  await look("inbox, narrow", page);
  expect([problems, look.findings]).toEqual([[], []]);
});

it("notifies of a question while no tab is visible, once for all tabs, and withdraws that once it is answered", async () => {
  const { start } = await ask("mika", 1, 1);
  const { page, context, problems } = await stage.visit({ role: "creator", user: "mika" });
  await context.addInitScript(fakeNotifications);
  const other = await context.newPage();
  await other.goto(`${page.url()}#?token=${await stage.token("creator", "mika")}`);
  await page.reload();
  const pages = [page, other];
  for (const one of pages) await rowsOn(one).first().waitFor();
  await page.getByRole("button", { name: "Notify me" }).click();
  await page.getByRole("button", { name: "Notifications: on" }).waitFor();
  await other.reload();
  await other.getByRole("button", { name: "Notifications: on" }).waitFor();
  await rowsOn(other).first().waitFor();

  const told = async () => (await Promise.all(pages.map(toldOn))).flat();
  await look("inbox, notifying", page);
  // One visible tab is enough.
  await hide(other);
  await start(1);
  await expect.poll(() => page.title()).toBe("(2) Creator · Callboard");
  await expect.poll(() => other.title()).toBe("(2) Creator · Callboard");
  expect(await told()).toEqual([]);

  await hide(page);
  await start(2);
  await expect
    .poll(told)
    .toEqual([
      expect.objectContaining({ title: "Order 0", body: "Question 2: may order 0 continue?", closed: false }),
    ]);
  await start(3);
  await expect.poll(async () => (await told()).length).toBe(2);

  const [second, third] = (await told()).sort((a, b) => (a.body < b.body ? -1 : 1));
  await answer("mika", second!.tag);
  await expect.poll(async () => (await told()).find(({ tag }) => tag === second!.tag)?.closed).toBe(true);

  for (const one of pages) await press(one, third!.tag);
  await expect
    .poll(() => Promise.all(pages.map((one) => one.url().includes(`#/q/${third!.tag}`))))
    .toContain(true);
  expect((await told()).map(({ closed }) => closed)).toEqual([true, true]);
  expect([problems, look.findings]).toEqual([[], []]);
});

interface Told {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly closed: boolean;
}

interface Faked {
  told: (Told & { onclick: () => void })[];
  isHidden: boolean;
}

/** What a headless browser does not have: allowed notifications, and a hidden page. */
function fakeNotifications() {
  const faked = Object.assign(window, { told: [], isHidden: false }) as unknown as Faked;
  const kept = "e2e.permission";
  class FakeNotification {
    static get permission() {
      return localStorage.getItem(kept) ?? "default";
    }
    static async requestPermission() {
      localStorage.setItem(kept, "granted");
      return "granted";
    }
    closed = false;
    onclick = () => {};
    readonly title: string;
    readonly body: string;
    readonly tag: string;
    constructor(title: string, { body, tag }: { body: string; tag: string }) {
      this.title = title;
      this.body = body;
      this.tag = tag;
      faked.told.push(this);
    }
    close() {
      this.closed = true;
    }
  }
  Object.defineProperty(window, "Notification", { value: FakeNotification });
  Object.defineProperty(document, "visibilityState", { get: () => (faked.isHidden ? "hidden" : "visible") });
}

const hide = (page: Page) =>
  page.evaluate(() => {
    (window as unknown as Faked).isHidden = true;
    document.dispatchEvent(new Event("visibilitychange"));
  });

const toldOn = (page: Page): Promise<Told[]> =>
  page.evaluate(() =>
    (window as unknown as Faked).told.map(({ title, body, tag, closed }) => ({ title, body, tag, closed })),
  );

const press = (page: Page, tag: string) =>
  page.evaluate((wanted) => {
    for (const one of (window as unknown as Faked).told) if (one.tag === wanted) one.onclick();
  }, tag);
