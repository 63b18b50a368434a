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

it("has its heading and its button before any script has run", async () => {
  const { page } = await theatre.visit({ javaScriptEnabled: false });
  await page.getByRole("heading", { level: 1, name: /nothing is lost/ }).waitFor();
  await page.getByRole("button", { name: "Run it" }).waitFor();
  expect(await page.getByRole("link", { name: /Creator/ }).isVisible()).toBe(false);
});

it("runs once when it was pressed before its script was there", async () => {
  const { page } = await theatre.visit();
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route("**/assets/**.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.reload({ waitUntil: "commit" });
  const button = page.getByRole("button", { name: "Run it" });
  await button.click();
  await button.click();
  const runs: string[] = [];
  page.on("request", (request) => request.url().endsWith("/videos/sample") && runs.push(request.url()));
  go();
  await waiting(page);
  expect(runs).toHaveLength(1);
});

it("runs, asks in the creator's frame, takes the answer there, and shows the way of it all", async () => {
  const { page, creator, viewer, problems } = await theatre.visit();
  await run(page);
  await waiting(page);
  expect(Number(await counter(page, "pushes"))).toBeGreaterThan(0);
  await answer(creator);
  await page.locator('[data-state="Ask"][data-standing="done"]').waitFor();
  await ended(page, "SUCCEEDED");
  await page.locator('[data-state="Finished"][data-standing="done"]').waitFor();
  await viewer.locator('[data-execution="succeeded"]').first().waitFor();
  await expect.poll(() => counter(page, "accepted")).toBe("1");
  await expect.poll(() => counter(page, "median")).toMatch(/^[\d,]+ ms$/);
  await lostIsZero(page);
  expect(problems).toEqual([]);
});

it("takes one of two tabs' answers, and tells the other who was first", async () => {
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

it("shows a state's event, definition and hook with the ids of the run, reached by keys alone", async () => {
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

it("tells of an execution all that happened in it, and never a task token", async () => {
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

it("is killed by its own page alone", async () => {
  const kill = (headers: Record<string, string>) =>
    fetch(`${theatre.pages()}/dev/kill`, { method: "POST", headers }).then(({ status }) => status);
  const [, before] = await treeOf(theatre.pid());
  expect(await kill({})).toBe(403);
  expect(await kill({ "content-type": "application/x-www-form-urlencoded" })).toBe(403);
  const own = { "x-callboard-theatre": "1" };
  expect(await kill({ ...own, origin: "http://127.0.0.1:1" })).toBe(403);
  expect(await kill({ ...own, origin: "https://evil.example" })).toBe(403);
  expect(
    (await fetch(`${theatre.pages()}/dev/kill`, { method: "OPTIONS" })).headers.get(
      "access-control-allow-headers",
    ),
  ).toBe(null);
  expect((await treeOf(theatre.pid()))[1]).toBe(before);
});
