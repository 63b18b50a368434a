import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Look, openLook } from "./look-at.ts";
import { eventually } from "./people.ts";
import { answerOn, commentOn, openStory, relayedOn, type StoryStage, sameAsServer } from "./story-stage.ts";

let stage: StoryStage;
let look: Look;
let stateMachineArn: string;
beforeAll(async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [stage, look] = await Promise.all([
    openStory(),
    openLook(axe, { pictures: process.env.CALLBOARD_SCREENSHOTS === "1" }),
  ]);
  stateMachineArn = await createMachine();
});
afterAll(() => stage?.close());

/** A machine that asks with the fields of its input, and ends with the answer. */
async function createMachine(): Promise<string> {
  const own = "{ 'taskToken': $states.context.Task.Token, 'execution': $states.context.Execution.Id }";
  const entry = {
    EventBusName: "callboard",
    Source: "e2e",
    DetailType: "Feedback Requested",
    Detail: `{% $merge([$states.input, ${own}]) %}`,
  };
  const ask = {
    Type: "Task",
    Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
    TimeoutSeconds: 600,
    Arguments: { Entries: [entry] },
    End: true,
  };
  const made = await stage.sfn.send(
    new CreateStateMachineCommand({
      name: "asking",
      definition: JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Ask", States: { Ask: ask } }),
      roleArn: "arn:aws:iam::000000000000:role/asking",
    }),
  );
  return made.stateMachineArn!;
}

/** Starts an execution that asks this; resolves with the answer that its workflow gets. */
async function ask(question: object): Promise<{ answer: () => Promise<Record<string, unknown>> }> {
  const input = JSON.stringify({ round: 1, timeoutSeconds: 600, verbs: ["approve", "reject"], ...question });
  const { executionArn } = await stage.sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  return {
    async answer() {
      const { output } = await eventually(
        () => stage.sfn.send(new DescribeExecutionCommand({ executionArn })),
        ({ status }) => status === "SUCCEEDED",
      );
      return JSON.parse(output!);
    },
  };
}

it("answers three open questions of one subject in the order in which they are pressed", async () => {
  const subject = "order/three";
  const words = {
    db: "Migrate db?",
    web: "Plan:\n1. stop\n2. migrate\n3. start\n\nGo ahead?",
    mail: "Send it?",
  };
  const asked = await Promise.all(
    Object.entries(words).map(([thread, prompt]) =>
      ask({ subject, thread, prompt, title: "Order three", assignees: ["user/ana"] }),
    ),
  );
  const { page, problems } = await stage.visit({ role: "creator", user: "ana" });
  const wanted = page.getByRole("list", { name: "Questions for you" });
  await wanted.getByRole("button").nth(2).waitFor();
  await wanted.getByText("Order three").first().waitFor();

  for (const [index, thread] of (["web", "mail", "db"] as const).entries()) {
    await wanted.getByRole("button", { name: words[thread].slice(0, 5) }).click();
    await expect.poll(() => page.locator(".prompt").allTextContents()).toEqual([words[thread]]);
    await page.locator("[data-question] h2.prompt:focus").waitFor();
    expect(await page.locator("[data-asked]").count()).toBe(3 - index);
    if (index === 0) {
      await page.reload();
      await expect.poll(() => page.locator(".prompt").allTextContents()).toEqual([words[thread]]);
      expect(
        await page.locator(".prompt").evaluate((prompt) => getComputedStyle(prompt).whiteSpace),
      ).toContain("pre-wrap");
      await look("three questions", page);
    }
    await commentOn(page, `of ${thread}`);
    await answerOn(page, "Approve");
    await relayedOn(page, index + 1);
  }
  const answers = await Promise.all(asked.map(({ answer }) => answer()));
  expect(answers.map(({ verb, comment }) => [verb, comment])).toEqual([
    ["approve", "of db"],
    ["approve", "of web"],
    ["approve", "of mail"],
  ]);
  await page.getByText("There are no questions for you.").waitFor();
  await sameAsServer(stage, page, `work:${subject}`);
  expect(problems).toEqual([]);
});

it("opens another question in its place, and answers it while the first stays", async () => {
  const subject = "order/two";
  const labels = { approve: "Release it", reject: "Hold it back" };
  const [first, second] = await Promise.all(
    ["one", "two"].map((thread) =>
      ask({ subject, thread, prompt: `Release ${thread}?`, labels, assignees: ["user/ben"] }),
    ),
  );
  const { page } = await stage.visit({ role: "creator", user: "ben", subject });
  await page.locator("[data-asked]").nth(1).waitFor();
  const row = page.locator("button[aria-expanded]", { hasText: "Release" });
  await row.click();
  await look("two questions opened", page);
  const place = page.locator("[data-asked]").nth(1);
  await answerOn(place, "Release it");
  await place.getByText("You chose “Release it”").waitFor();
  await relayedOn(page, 1);
  await answerOn(page.locator("[data-asked]").first(), "Hold it back");
  const verbs = (await Promise.all([first!.answer(), second!.answer()])).map(({ verb }) => verb);
  expect(verbs.sort()).toEqual(["approve", "reject"]);
});

it("shows words of every script and length without scrolling sideways", async () => {
  const subject = "order/hostile";
  const long = "x".repeat(250);
  const more = {
    price: 1234.5,
    currency: "EUR",
    url: `https://shop.example/${"y".repeat(300)}`,
    image: "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
    tags: ["a", "b", long],
    inStock: true,
    [long]: long,
    nested: { [long]: { [long]: long } },
  };
  await ask({
    subject,
    thread: "region",
    prompt: `${"x".repeat(400)}\n\nשלום עולם — ‮reversed\n<b>not bold</b>`,
    labels: { pick: "נסה זאת", reject: "z".repeat(60) },
    verbs: ["pick", "edit", "regenerate", "reject"],
    candidates: [
      { id: "__proto__", title: long, description: "d".repeat(1000), ...more },
      { id: "constructor", title: "👩‍👩‍👧‍👦".repeat(20), description: "Zwei\nZeilen", lang: "de" },
    ],
    default: { verb: "pick", candidateId: "__proto__" },
    assignees: ["user/cleo"],
  });
  const { page, problems } = await stage.visit({ role: "creator", user: "cleo" });
  await page.getByRole("list", { name: "Questions for you" }).getByRole("button").click();
  await page.getByRole("radio").first().check();
  await page.locator(".further summary").first().click();
  expect(await page.locator('[data-field="price"] dd').textContent()).toBe("€1,234.50");
  await page.locator('[data-field="image"] img').waitFor();
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const wider = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(wider).toBe(0);
    if (process.env.CALLBOARD_SCREENSHOTS === "1")
      await page.screenshot({ path: `tests/e2e/screenshots/hostile-${width}.png`, fullPage: true });
  }
  expect(await page.locator(".question b, .prompt script").count()).toBe(0);
  expect(problems).toEqual([]);
});

it("found no accessibility problems and no sideways scrolling in its pages", () => {
  expect(look.findings).toEqual([]);
});
