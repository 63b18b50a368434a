import { expect, it } from "vitest";
import { awsAt } from "./aws.ts";
import { treeOf } from "./processes.ts";
import {
  answer,
  breakIt,
  counter,
  ended,
  lostIsZero,
  news,
  run,
  textOf,
  theatreOfFile,
  waiting,
} from "./theatre-stage.ts";

const theatre = theatreOfFile();

it("keeps its run and its counters over a reload, and shows unknown counters not as zero", async () => {
  const { page, creator } = await theatre.visit();
  expect(await counter(page, "median")).toMatch(/–/);
  await run(page);
  await waiting(page);
  await answer(creator);
  await ended(page, "SUCCEEDED");
  await lostIsZero(page);
  const pushes = Number(await counter(page, "pushes"));
  await page.reload();
  await ended(page, "SUCCEEDED");
  expect(await counter(page, "accepted")).toBe("1");
  expect(Number(await counter(page, "pushes"))).toBeGreaterThanOrEqual(pushes);
  await lostIsZero(page);
});

it("kills the server while a question is open, ten times: it is still open, and is answered once", async () => {
  const { page, creator } = await theatre.visit();
  await run(page);
  await waiting(page);
  const [supervisor, first] = await treeOf(theatre.pid());
  for (let deaths = 0; deaths < 10; deaths++) {
    await breakIt(page, "kill");
    await page.locator('.break-news[data-over="false"]').waitFor();
    await news(page, "killed");
  }
  const [same, last] = await treeOf(theatre.pid());
  expect(same).toBe(supervisor);
  expect(last).not.toBe(first);
  await page.getByText("the question is still open").first().waitFor();
  await answer(creator);
  await ended(page, "SUCCEEDED");
  expect(await counter(page, "accepted")).toBe("1");
  await lostIsZero(page);

  const arn = await page.evaluate(
    () => JSON.parse(sessionStorage.getItem("callboard.theatre.run")!).executionArn as string,
  );
  const history = await awsAt(theatre.aws()).history(arn);
  const outputs = history.flatMap(({ taskSucceededEventDetails: details }) => details?.output ?? []);
  expect(outputs.filter((output) => output.includes("replyId"))).toHaveLength(1);
}, 180_000);

it("cuts the creator's connection, whose page says so and is complete again afterwards", async () => {
  const { page, creator, viewer } = await theatre.visit();
  await creator.locator('[data-connection="connected"]').waitFor();
  await breakIt(page, "offline");
  await news(page, "offline");
  await creator.locator('[data-connection]:not([data-connection="connected"])').waitFor();
  await viewer.locator('[data-connection="connected"]').waitFor();
  await news(page, "came_back");
  await creator.locator('[data-connection="connected"]').waitFor();
  await lostIsZero(page);
});

it("takes the default when nobody answers", async () => {
  const { page } = await theatre.visit();
  await breakIt(page, "nothing");
  await news(page, "default_taken");
  await ended(page, "SUCCEEDED");
  await lostIsZero(page);
}, 120_000);

it("accepts one of two tabs' answers, and tells the other who was first", async () => {
  const { page } = await theatre.visit();
  await run(page);
  await waiting(page);
  await breakIt(page, "tabs");
  await news(page, "one_accepted");
  await page.getByText("Ana was first").first().waitFor();
  expect(await counter(page, "accepted")).toBe("1");
  expect(await counter(page, "refused")).toBe("1");
  await ended(page, "SUCCEEDED");
  await lostIsZero(page);
});

it("shows a state's event, definition and hook with the ids of the run, with only the keyboard", async () => {
  const { page } = await theatre.visit();
  await run(page);
  await waiting(page);
  const ask = page.locator('[data-state="Ask"]');
  await ask.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  expect(await ask.evaluate((node) => node === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  const drawer = page.locator('[data-drawer="Ask"]');
  const text = drawer.locator("pre");
  await expect.poll(() => textOf(text)).toContain('"detail-type": "Feedback Requested"');
  const { subject } = await page.evaluate(() => JSON.parse(sessionStorage.getItem("callboard.theatre.run")!));
  expect(await textOf(text)).toContain(subject);
  await drawer.getByRole("tab", { name: "Event" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => textOf(text)).toContain("events:putEvents.waitForTaskToken");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => textOf(text)).toMatch(/useQuestion\("req_\w+"/);

  await page.getByRole("button", { name: "List", exact: true }).click();
  const row = page.getByRole("button", { name: /^Ask waits for an answer/ });
  await row.waitFor();
  await row.click();
  await drawer.waitFor({ state: "detached" });
});

it("shows all events of an execution, and never a task token", async () => {
  const { page } = await theatre.visit();
  await run(page);
  await waiting(page);
  const arn = await page.evaluate(
    () => JSON.parse(sessionStorage.getItem("callboard.theatre.run")!).executionArn as string,
  );
  const history = JSON.stringify(await awsAt(theatre.aws()).history(arn));
  const [, token] = /taskToken\W+([\w+/=-]{20,})/.exec(history)!;
  const get = async (path: string) => (await fetch(`${theatre.pages()}/dev/${path}`)).text();
  const query = `arn=${encodeURIComponent(arn)}`;
  const trace = await get(`execution?${query}`);
  const { events } = JSON.parse(trace) as { events: { id: number; state?: string }[] };
  expect(events.some(({ state }) => state === "Ask")).toBe(true);
  const answers = [trace, await get("machine"), await get(`machine?${query}`)];
  for (const { id } of events) answers.push(await get(`event?${query}&id=${id}`));
  expect(answers.some((text) => text.includes("Feedback Requested"))).toBe(true);
  expect(answers.filter((text) => text.includes(token!))).toEqual([]);
  expect((await fetch(`${theatre.pages()}/dev/execution?arn=none`)).status).toBe(404);
});
