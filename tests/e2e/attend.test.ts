import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { CreateStateMachineCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Look, openLook } from "./look-at.ts";
import {
  amendOn,
  executionOn,
  openStory,
  pick,
  pressWay,
  questionOn,
  relayedOn,
  type StoryStage,
  sameAsServer,
  sampleFile,
} from "./story-stage.ts";

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

/** A change of colour takes its time, and would be measured half-way. */
const still = { reducedMotion: "reduce" } as const;

it.concurrent("lets an owner put the question to somebody else, whose answer the owner sees", async ({
  expect,
}) => {
  const { subject } = await stage.playSample();
  const [ana, ben] = await Promise.all([
    stage.visit({ role: "creator", subject, context: still }),
    stage.visit({ role: "creator", user: "ben", context: still }),
  ]);
  await questionOn(ana.page);
  await ana.page.getByText("Assigned to you.").waitFor();
  await ben.page.getByText("There are no questions for you.").waitFor();

  await amendOn(ana.page, "Assign it to others");
  const others = ana.page.getByLabel("Who should answer instead");
  await others.fill("group/x");
  await ana.page.getByRole("button", { name: "Ask them" }).click();
  await ana.page.getByText("“group/x” is neither user/… nor role/…").waitFor();
  await others.fill("ben");
  await ana.page.getByRole("button", { name: "Ask them" }).click();
  await ana.page.getByText("It is now assigned to ben.").waitFor();
  await ana.page.getByText("There are no questions for you.").waitFor();

  await ben.page.getByRole("list", { name: "Questions for you" }).getByRole("button").click();
  await questionOn(ben.page);
  await ben.page.getByText("Assigned to you.").waitFor();
  await ben.page.locator('[data-attending="ana"]').getByText("Ana is reviewing").waitFor();
  const bensMark = ana.page.locator('[data-attending="ben"]');
  await bensMark.getByText("Ben has it open").waitFor();
  await pressWay(ben.page, "In your own words");
  await ben.page.getByRole("textbox", { name: "Title" }).fill("What Ben");
  await bensMark.getByText("Ben is reviewing").waitFor();
  expect(await ben.page.locator('[data-attending="ben"]').count()).toBe(0);
  await look("attending", ana.page);

  // The last message of a closing page may be lost; its attention then expires. Coming back is shown in both cases.
  const bensPage = ben.page.url();
  await ben.page.goto("about:blank");
  await ben.page.goto(bensPage);
  await bensMark.getByText("Ben has it open").waitFor();
  await setVisibility(ben.page, "hidden");
  await bensMark.waitFor({ state: "detached" });
  await setVisibility(ben.page, "visible");
  await bensMark.getByText("Ben has it open").waitFor();

  const title = await pick(ben.page, 0);
  await ana.page.getByText(`Ben chose “${title}”`).waitFor();
  await Promise.all([executionOn(ana.page, "succeeded"), executionOn(ben.page, "succeeded")]);
  await relayedOn(ben.page, 1);
  for (const { page } of [ana, ben])
    await expect.poll(() => page.locator("[data-attending]").count()).toBe(0);
  expect([...ana.problems, ...ben.problems]).toEqual([]);
});

it.concurrent("tells people who do not own the video that they may not put its question to others", async () => {
  const { subject } = await stage.playSample(undefined, "cleo");
  const { page } = await stage.visit({ role: "creator", user: "dan", subject });
  await questionOn(page);
  await amendOn(page, "Assign it to others");
  await page.getByLabel("Who should answer instead").fill("user/dan");
  await page.getByRole("button", { name: "Ask them" }).click();
  await page.getByText("Only the owners of the video may assign its question to others.").waitFor();
  await page.getByRole("heading", { level: 1, name: "talk.mp4" }).waitFor();
  expect(await page.getByRole("button", { name: "Stop", exact: true }).count()).toBe(0);
});

it.concurrent("gives more time on every page, up to the end of the workflow's wait", async ({ expect }) => {
  const subject = "video/v_hurried";
  await ask(subject, { timeoutSeconds: 3000, deadlineSeconds: 300 });
  const people = await Promise.all(
    ["hal", "ida"].map((user) => stage.visit({ role: "creator", user, subject, context: still })),
  );
  const [{ page }] = people as [(typeof people)[0]];
  for (const one of people) await one.page.locator('[data-question="open"]').waitFor();
  const first = await deadlineOn(page);

  await amendOn(page, "More time");
  await page.getByRole("button", { name: "+15 minutes" }).click();
  for (const one of people)
    await expect.poll(() => deadlineOn(one.page), { timeout: 10_000 }).toBe(first + 15 * 60_000);
  await page.getByText("There is time until").waitFor();

  await page.getByRole("button", { name: "+1 hour" }).click();
  await page.getByText("The workflow waits until").waitFor();
  await look("more time", page);
  await page.getByRole("button", { name: /^Until / }).click();
  await page.locator('[tabindex="-1"]:focus [data-act="extend"]').waitFor();
  // A minute before the state's own timeout.
  for (const one of people)
    await expect.poll(() => deadlineOn(one.page), { timeout: 10_000 }).toBe(first + (3000 - 60 - 300) * 1000);
  await page.getByRole("button", { name: "+15 minutes" }).click();
  await page.getByText("there is no more time to give").waitFor();
  expect(people.flatMap(({ problems }) => problems)).toEqual([]);
});

it.concurrent("marks a reminder, and shows who else was asked later", async () => {
  const subject = "video/v_late";
  const { page, problems } = await stage.visit({ role: "creator", user: "eva", subject, context: still });
  await page.getByText("Connected").waitFor();
  await ask(
    subject,
    {
      timeoutSeconds: 3000,
      remindAfterSeconds: 4,
      escalate: { afterSeconds: 5, to: ["role/editors"] },
      assignees: ["user/eva"],
    },
    ["user/eva"],
  );
  await page.getByText("Assigned to you.").waitFor();
  await page.locator("[data-reminded] .reminder").waitFor();
  await page.locator(".asked [data-reminded]").getByText("Reminded at").waitFor();
  await page.locator("[data-also-asked]").getByText("Also asked: role/editors since").waitFor();
  await page.getByText("Assigned to you and the role editors.").waitFor();
  await look("reminded", page);
  expect(problems).toEqual([]);
});

it.concurrent("warns the owners of a question that nothing will ever end", async () => {
  const subject = "video/v_endless";
  await ask(subject, {});
  const { page } = await stage.visit({ role: "creator", user: "hal", subject, context: still });
  await page.locator("[data-warning]").getByText("it waits for ever").waitFor();
  await page.getByRole("button", { name: "More about this question" }).click();
  await page.getByRole("button", { name: "Assign it to others" }).waitFor();
  expect(await page.getByRole("button", { name: "More time" }).count()).toBe(0);
  await look("warned", page);
});

it.concurrent("stops a video and retries it from where it was, with a new question", async () => {
  const { subject } = await stage.playSample(undefined, "fay");
  const [fay, viewer] = await Promise.all([
    stage.visit({ role: "creator", user: "fay", subject, context: still }),
    stage.visit({ role: "viewer", subject }),
  ]);
  const { page } = fay;
  await questionOn(page);
  const stop = page.getByRole("button", { name: "Stop", exact: true });
  await stop.click();
  await page.getByRole("button", { name: "Keep it running" }).click();
  await questionOn(page);
  await stop.click();
  await page.getByRole("button", { name: "Yes, stop" }).click();
  await Promise.all([executionOn(page, "aborted"), executionOn(viewer.page, "aborted")]);
  await page.locator('[data-question="withdrawn"]').waitFor();
  await look("stopped", page);

  await page.getByRole("button", { name: "Try again from there" }).click();
  await Promise.all([executionOn(page, "running"), executionOn(viewer.page, "running")]);
  await page.getByText("Under way again, attempt 2.").waitFor();
  await questionOn(page);
  await page.getByText("One earlier question").waitFor();
  const title = await pick(page, 1);
  for (const one of [page, viewer.page]) {
    await one.getByRole("heading", { level: 1, name: title }).waitFor();
    await executionOn(one, "succeeded");
  }
  await relayedOn(page, 1);
  expect(await page.getByRole("button", { name: "Try again from there" }).count()).toBe(0);
  await sameAsServer(stage, page, `work:${subject}`, "fay");
  await sameAsServer(stage, viewer.page, `watch:${subject}`);
  expect([...fay.problems, ...viewer.problems]).toEqual([]);
});

it.concurrent("says that a video whose workflow failed has to be started again", async () => {
  const { page } = await stage.visit({ role: "creator", user: "gus", context: still });
  await page.getByText("Connected").waitFor();
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByLabel("Captions (.vtt or .srt)").setInputFiles({
    ...(await sampleFile("talk.vtt")),
    buffer: Buffer.from("Nobody spoke of time."),
  });
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await executionOn(page, "failed");
  await page.getByRole("button", { name: "Try again from there" }).click();
  await page.getByText("The workflow ended itself as failed").waitFor();
  await executionOn(page, "failed");
  await look("not tried again", page);
});

it("found no accessibility problems and no sideways scrolling in its pages", () => {
  expect(look.findings).toEqual([]);
});

/** Hides a page's tab behind another, and brings it back. */
const setVisibility = (page: Page, state: DocumentVisibilityState): Promise<void> =>
  page.evaluate((visibility) => {
    Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

const deadlineOn = async (page: Page): Promise<number> =>
  Date.parse((await page.locator("time.countdown").getAttribute("datetime")) ?? "");

let machines = 0;

/** Starts a workflow that asks a question. */
async function ask(subject: string, question: object, owners: readonly string[] = ["user/hal"]) {
  const put = (DetailType: string, Detail: object) => ({
    Entries: [{ EventBusName: "callboard", Source: "e2e", DetailType, Detail }],
  });
  const definition = {
    QueryLanguage: "JSONata",
    StartAt: "Report",
    States: {
      Report: {
        Type: "Task",
        Resource: "arn:aws:states:::events:putEvents",
        Arguments: put("Progress Reported", {
          subject,
          step: "ask",
          state: "waiting",
          at: "{% $states.context.State.EnteredTime %}",
          owners,
        }),
        Next: "Ask",
      },
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
        Arguments: put("Feedback Requested", {
          subject,
          thread: "title",
          round: 1,
          taskToken: "{% $states.context.Task.Token %}",
          prompt: "Which one shall it be?",
          verbs: ["pick", "reject"],
          candidates: [
            { id: "left", title: "Left" },
            { id: "right", title: "Right" },
          ],
          assignees: ["user/hal", "user/ida"],
          ...question,
        }),
        End: true,
      },
    },
  };
  const { stateMachineArn } = await stage.sfn.send(
    new CreateStateMachineCommand({
      name: `asking-${++machines}`,
      definition: JSON.stringify(definition),
      roleArn: "arn:aws:iam::000000000000:role/asking",
    }),
  );
  await stage.sfn.send(new StartExecutionCommand({ stateMachineArn }));
}
