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
  theatreOfFile,
  waiting,
} from "./theatre-stage.ts";

const theatre = theatreOfFile();

it("keeps its run and its counters over a reload, and what it cannot know is no zero", async () => {
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

it("cuts the creator's page off, which says so and is whole again after", async () => {
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
