import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAskingMachine, startOn } from "./asking.ts";
import { type Look, openLook } from "./look-at.ts";
import { answerOn, openStory, type StoryStage, type Visit } from "./story-stage.ts";

let stage: StoryStage;
let look: Look;
beforeAll(async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [stage, look] = await Promise.all([openStory(), openLook(axe, { pictures: false })]);
});
afterAll(() => stage?.close());

const object = (properties: Record<string, unknown>, required: string[]) => ({
  type: "object",
  properties,
  required,
});

const order = object(
  {
    price: { type: "number", title: "Price", minimum: 0, description: "What the customer pays, with tax" },
    word: { type: "string", maxLength: 3, title: "Word" },
    which: { enum: [1, "1"], title: "Which" },
    ["__proto__"]: { type: "string", title: "Odd name" },
    refund: { type: "boolean", title: "Refund" },
    due: { type: "string", format: "date", title: "Due" },
    mail: { type: "string", format: "email", title: "Mail" },
    tags: { type: "array", items: { type: "string" }, title: "Tag" },
    days: { type: "array", items: { enum: ["Mon", "Tue", "Wed"] }, title: "Days" },
    lines: {
      type: "array",
      title: "Lines",
      items: object(
        { sku: { type: "string", title: "Article" }, count: { type: "integer", title: "Count" } },
        ["sku"],
      ),
    },
    to: object(
      {
        name: { type: "string", title: "Name" },
        geo: object({ lat: { type: "number", title: "Latitude" } }, ["lat"]),
      },
      ["name"],
    ),
    limits: { type: "object", additionalProperties: { type: "integer" }, title: "Limits" },
  },
  ["price", "word", "which", "due"],
);

/** Asks with a schema; returns the page of the person who is asked, and the run. */
async function asked(
  schema: unknown,
  context: { locale: string },
): Promise<Visit & { executionArn: string }> {
  const name = "forms";
  const subject = "video/v_forms";
  const question = {
    prompt: "What shall it be?",
    verbs: ["answer"],
    candidates: [],
    schema,
    assignees: ["user/ana"],
  };
  const machine = await createAskingMachine({ sfn: stage.sfn }, name, { question });
  const executionArn = await startOn({ sfn: stage.sfn }, machine, subject);
  const visit = await stage.visit({ role: "creator", subject, context });
  await visit.page.getByRole("button", { name: "Send the answer" }).waitFor();
  return { ...visit, executionArn };
}

async function valueFrom(executionArn: string): Promise<unknown> {
  const ended = () => stage.sfn.send(new DescribeExecutionCommand({ executionArn }));
  await expect.poll(async () => (await ended()).status, { timeout: 10_000 }).toBe("SUCCEEDED");
  return (JSON.parse((await ended()).output ?? "null") as { value?: unknown }).value;
}

it("sends what is typed in a German browser to the workflow, although the page was reloaded meanwhile", async () => {
  const { page, executionArn, problems } = await asked(order, { locale: "de-DE" });
  expect(await page.locator('[aria-invalid="true"], .problem:not(:empty)').count()).toBe(0);
  await page.getByLabel("Price").fill("1.234,50");
  await page.getByLabel("Word").fill("😀😀😀😀");
  await page.getByLabel("Which").selectOption({ label: "1 (text)" });
  await page.getByLabel("Odd name").fill("x");
  await page.getByLabel("Due").fill("2026-01-31");
  await page.getByLabel("Tag 1").fill("red");
  /** Adds one more, and waits until it can be typed into: a page that draws slowly loses earlier input. */
  const add = async (list: string, field: string) => {
    await page.getByRole("button", { name: `Add to ${list}` }).click();
    await page.locator(":focus").and(page.getByLabel(field)).waitFor();
  };
  await add("Tag", "Tag 2");
  await page.keyboard.type("blue");
  await page.getByLabel("Tue").check();
  await add("Lines", "Article");
  await page.keyboard.type("A-1");
  await page.getByLabel("Count").fill("1.000");
  await page.getByLabel("Name", { exact: true }).fill("Ana");
  await page.getByLabel("Limits, as JSON").fill('{"a": 7615917337495251231}');

  await page.reload();
  await page.getByRole("button", { name: "Send the answer" }).click();
  await page.getByText("2 fields need a correction.").waitFor();
  expect(await page.getByLabel("Word").evaluate((field) => field === document.activeElement)).toBe(true);
  await page.getByText("At most 3 characters; these are 4.").waitFor();
  await page.getByLabel("Word").fill("😀😀😀");
  await page.getByText("The number at a has more digits than can be kept").waitFor();
  await page.getByLabel("Limits, as JSON").fill('{"a": 7}');
  await look("a form of every kind", page);
  expect(look.findings).toEqual([]);
  await answerOn(page, "Send the answer");

  expect(JSON.stringify(await valueFrom(executionArn))).toBe(
    JSON.stringify({ price: 1234.5, word: "😀😀😀", which: "1" }).slice(0, -1) +
      ',"__proto__":"x",' +
      JSON.stringify({
        due: "2026-01-31",
        tags: ["red", "blue"],
        days: ["Tue"],
        lines: [{ sku: "A-1", count: 1000 }],
        to: { name: "Ana" },
        limits: { a: 7 },
      }).slice(1),
  );
  expect(problems).toEqual([]);
});
