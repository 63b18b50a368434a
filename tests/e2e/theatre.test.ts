import { expect, it } from "vitest";
import { treeOf } from "./processes.ts";
import { answer, counter, ended, lostIsZero, run, theatreOfFile, waiting } from "./theatre-stage.ts";

const theatre = theatreOfFile();

it("has its heading and its button before any script has run", async () => {
  const { page } = await theatre.visit({ javaScriptEnabled: false });
  await page.getByRole("heading", { level: 1, name: /nothing is lost/ }).waitFor();
  await page.getByRole("button", { name: "Run it" }).waitFor();
  expect(await page.getByRole("link", { name: /Creator/ }).isVisible()).toBe(false);
});

it("runs once when it was pressed before its script was loaded", async () => {
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

it("runs, asks in the creator's frame, accepts the answer there, and shows each step", async () => {
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

it("can be killed only by its own page", async () => {
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
