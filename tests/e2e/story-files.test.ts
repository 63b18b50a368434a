import { afterAll, beforeAll, expect, it } from "vitest";
import {
  executionOn,
  openStory,
  pick,
  questionOn,
  type StoryStage,
  sampleFile,
  subjectOn,
  type Visit,
} from "./story-stage.ts";

let stage: StoryStage;
beforeAll(async () => {
  stage = await openStory();
});
afterAll(() => stage?.close());

interface Chosen {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Starts a video as a person does, from files that are chosen in the page; a viewer watches it. */
async function upload(
  user: string,
  files: { video?: Chosen; captions?: Chosen },
): Promise<{ creator: Visit; viewer: Visit }> {
  const creator = await stage.visit({ role: "creator", user });
  const { page } = creator;
  await page.getByRole("button", { name: "New", exact: true }).click();
  if (files.video) await page.getByLabel("Video (MP4)").setInputFiles(files.video);
  if (files.captions) await page.getByLabel("Captions (.vtt or .srt)").setInputFiles(files.captions);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const subject = await subjectOn(page);
  return { creator, viewer: await stage.visit({ role: "viewer", subject }) };
}

const unseen = ({ creator, viewer }: { creator: Visit; viewer: Visit }) => [
  ...creator.problems,
  ...viewer.problems,
];

it.concurrent("accepts only captions, shows the transcript and continues to a title", async () => {
  const people = await upload("ana", { captions: await sampleFile("talk.vtt") });
  const { page } = people.creator;
  await questionOn(page);
  await page.getByRole("region", { name: "What is said" }).getByText("welcome backstage").waitFor();
  expect(await page.locator("video").count()).toBe(0);
  const compute = people.viewer.page.locator('[data-step="compute"][data-state="skipped"]');
  await compute.getByText("there is no video to prepare").waitFor();

  const title = await pick(page, 0);
  await people.viewer.page.getByRole("heading", { level: 1, name: title }).waitFor();
  await executionOn(people.viewer.page, "succeeded");
  expect(unseen(people)).toEqual([]);
});

it.concurrent("accepts a video with its captions and plays both", async () => {
  const people = await upload("ben", {
    video: await sampleFile("talk.mp4", "My talk.mp4"),
    captions: await sampleFile("talk.vtt"),
  });
  const { page } = people.creator;
  await page.getByRole("heading", { level: 1, name: "My talk.mp4" }).waitFor();
  await questionOn(page);
  await page.waitForFunction(() => {
    const video = document.querySelector("video");
    return video !== null && video.readyState >= 1 && (video.textTracks[0]?.cues?.length ?? 0) > 0;
  });
  await page.getByText("Read the transcript").click();
  await page.getByRole("region", { name: "What is said" }).getByText("welcome backstage").waitFor();
  const title = await pick(page, 2);
  await people.viewer.page.getByRole("heading", { level: 1, name: title }).waitFor();
  await executionOn(people.viewer.page, "succeeded");
  expect(unseen(people)).toEqual([]);
});

const words = Buffer.from("These are the minutes of the meeting.\nNobody spoke of time.\n");

it.concurrent.each([
  {
    what: "invalid captions",
    user: "cleo",
    files: { captions: { name: "talk.vtt", mimeType: "text/vtt", buffer: words } },
    plain: /captions/i,
    cause: /NotCaptions|EmptyCaptions/,
  },
  {
    what: "a text file with a video's name",
    user: "dora",
    files: { video: { name: "talk.mp4", mimeType: "video/mp4", buffer: words } },
    plain: /MP4/,
    cause: /NotAnMp4/,
  },
])(
  "says in plain words what is wrong with $what, and shows the cause only to its creator",
  async ({ user, files, plain, cause }) => {
    const people = await upload(user, files);
    for (const { page } of [people.creator, people.viewer]) {
      const told = await page.locator('[data-execution="failed"]').textContent();
      expect(told).toContain("It failed in “Look at the file”");
      expect(told).toMatch(plain);
      await page.locator('[data-step="probe"][data-state="failed"]').waitFor();
      expect(
        await page.locator('[data-state="started"], [data-state="running"], [data-state="waiting"]').count(),
      ).toBe(0);
    }
    const { page } = people.creator;
    await page.getByText("Details").click();
    expect(await page.locator(".cause pre").textContent()).toMatch(cause);
    expect(await people.viewer.page.locator(".cause").count()).toBe(0);
    expect(people.viewer.frames.join()).not.toMatch(cause);
    await page.getByText("Nothing was asked.").waitFor();
    expect(unseen(people)).toEqual([]);
  },
);

it.concurrent("refuses files in the page that are neither a video nor captions", async () => {
  const { page, problems } = await stage.visit({ role: "creator", user: "eva" });
  await page.getByRole("button", { name: "New", exact: true }).click();
  const field = page.getByLabel("Video (MP4)");
  await field.setInputFiles({ name: "talk.txt", mimeType: "text/plain", buffer: words });
  await page
    .getByRole("alert")
    .getByText("“talk.txt” is neither an MP4 video nor captions (.vtt or .srt).")
    .waitFor();
  await field.setInputFiles({ name: "talk.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(0) });
  await page.getByRole("alert").getByText("“talk.mp4” is empty.").waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("alert").getByText("Choose a video, captions, or both.").waitFor();
  expect(problems).toEqual([]);
});
