import { TaskFailure } from "@callboard/aws-local";
import { afterEach, expect, it } from "vitest";
import {
  type Fault,
  type PostProcessingStage,
  postProcessingStage,
  reply,
  type StageOptions,
  uploadLongTalk,
  uploadTalk,
} from "./testing/post-processing.ts";

let open: PostProcessingStage | undefined;
afterEach(async () => {
  await open?.strike();
  open = undefined;
});

/** A stage where the calls of some states fail until they are repaired. */
async function brokenStage(isBroken: (stateName: string) => boolean, failure: Fault, more?: StageOptions) {
  let mended = false;
  const fault: Fault = (call) => (!mended && isBroken(call.stateName) ? failure(call) : undefined);
  open = await postProcessingStage({ ...more, fault });
  return {
    stage: open,
    mend() {
      mended = true;
    },
  };
}

const boom: Fault = () => {
  throw new TaskFailure("Boom", "the cause, for owners");
};

/** Viewers see in plain words which step failed, owners also why, and no step stays running. */
async function expectNamed(stage: PostProcessingStage, videoId: string, step: string, cause = "the cause") {
  const { execution: whole, ...items } = await stage.told(videoId, "watch");
  expect(whole).toMatchObject({ state: "failed", step, message: expect.stringMatching(/\.$|title/) });
  expect(items[`step/${step}`]).toMatchObject({ state: "failed", message: expect.any(String) });
  expect(JSON.stringify([whole, items])).not.toContain(cause);
  for (const [key, { state }] of Object.entries(items))
    if (key.startsWith("step/")) expect(`${key} ${state}`).toMatch(/ (succeeded|failed|skipped)$/);
  const owned = await stage.told(videoId, "work");
  expect(owned.execution!.cause).toContain(cause);
  expect(owned[`step/${step}`]!.cause).toContain(cause);
  expect(await stage.requests()).not.toContain("open");
}

async function expectFinished(stage: PostProcessingStage, videoId: string) {
  const { execution: whole, ...items } = await stage.told(videoId, "watch");
  expect(whole).toMatchObject({ state: "succeeded" });
  const steps = Object.entries(items).filter(([key]) => key.startsWith("step/"));
  expect(steps.map(([key, { state }]) => `${key.slice(5)} ${state}`).sort()).toEqual(
    "ask avatar choose compute finish models probe transcribe".split(" ").map((step) => `${step} succeeded`),
  );
}

/** Every state that works, and the step that it belongs to. */
const works = [
  ["Probe", "probe"],
  ["PrepareOnLambda", "compute"],
  ["PrepareOnFargate", "compute"],
  ["StartTranscription", "transcribe"],
  ["PollTranscription", "transcribe"],
  ["ReadTranscript", "transcribe"],
  ["Ask", "ask"],
  ["DrawPicture", "avatar"],
  ["StoreAvatar", "avatar"],
] as const;

it.each(works)(
  "names the step when %s fails permanently, and continues there after the repair",
  async (name, step) => {
    const { stage, mend } = await brokenStage((state) => state === name, boom);
    const videoId = await (name === "PrepareOnFargate" ? uploadLongTalk : uploadTalk)(stage);
    await stage.start(videoId);
    if (step === "avatar") await stage.answer(await stage.question(), reply("approve"));
    const { executionArn, ...end } = await stage.end();
    expect(end).toMatchObject({ status: "FAILED", error: "Boom", cause: "the cause, for owners" });
    expect(stage.calls.at(-1)!.stateName).toBe(name);
    await expectNamed(stage, videoId, step);

    const { [name]: tries, ...done } = stage.counts();
    // A job is polled until it is done.
    const again = name === "PollTranscription" ? expect.any(Number) : tries! + 1;
    mend();
    await stage.redrive(executionArn);
    if (step !== "avatar") await stage.answer(await stage.question(), reply("approve"));
    expect((await stage.end(2)).status).toBe("SUCCEEDED");
    expect(stage.counts()).toMatchObject({ ...done, [name]: again });
    await expectFinished(stage, videoId);
    expect((await stage.told(videoId, "watch"))[`step/${step}`]!.attempt).toBe(1001);
  },
);

const areModels = (stateName: string) => /^Ask(Bedrock|Endpoint)$/.test(stateName);

it("asks both models once more when neither answered", async () => {
  const { stage, mend } = await brokenStage(areModels, boom);
  const videoId = await uploadTalk(stage);
  await stage.start(videoId);
  await stage.called("ReportNoTitles");
  mend();
  await stage.answer(await stage.question(), reply("approve"));
  expect((await stage.end()).status).toBe("SUCCEEDED");
  expect(stage.events.map(({ detail }) => detail.message)).toContain("No model answered: asking once more");
  await expectFinished(stage, videoId);
});

it("says that no model proposed a title, and asks both again when it is redriven", async () => {
  const { stage, mend } = await brokenStage(areModels, boom);
  const videoId = await uploadTalk(stage);
  await stage.start(videoId);
  const { executionArn, ...end } = await stage.end();
  expect(end).toMatchObject({
    status: "FAILED",
    cause: expect.stringContaining("No model proposed a title"),
  });
  expect(stage.counts()).toMatchObject({ AskBedrock: 6, AskEndpoint: 6, Probe: 1 });
  await expectNamed(stage, videoId, "models");
  expect((await stage.told(videoId, "watch")).execution!.message).toBe("No model proposed a title");

  await stage.redrive(executionArn);
  await stage.end(2);
  expect(stage.counts()).toMatchObject({ AskBedrock: 12, AskEndpoint: 12, Probe: 1 });
  await expectNamed(stage, videoId, "models");
  mend();
  await stage.redrive(executionArn);
  await stage.answer(await stage.question(), reply("approve"));
  expect((await stage.end(3)).status).toBe("SUCCEEDED");
  expect(stage.counts()).toMatchObject({ AskBedrock: 13, AskEndpoint: 13, Probe: 1, ReadTranscript: 1 });
  await expectFinished(stage, videoId);
});

it("draws the title itself if no model describes a picture for it", async () => {
  const { stage } = await brokenStage((name) => name === "DescribePicture", boom);
  const videoId = await uploadTalk(stage);
  await stage.start(videoId);
  await stage.answer(await stage.question(), reply("approve"));
  expect((await stage.end()).status).toBe("SUCCEEDED");
  expect(stage.counts()).toMatchObject({ DescribePicture: 2, DrawPicture: 1, StoreAvatar: 1 });
  await expectFinished(stage, videoId);
});

const noPicture: Fault = () => {
  const errorMessage = "The image model gave no picture";
  throw new TaskFailure("NotAPicture", JSON.stringify({ errorType: "NotAPicture", errorMessage }));
};

it("tries another picture when the image model gave none, and two more when it is redriven", async () => {
  const { stage, mend } = await brokenStage((name) => name === "StoreAvatar", noPicture);
  const videoId = await uploadTalk(stage);
  await stage.start(videoId);
  await stage.answer(await stage.question(), reply("approve"));
  const { executionArn, ...end } = await stage.end();
  expect(end).toMatchObject({ status: "FAILED", cause: expect.stringContaining("gave no picture") });
  expect(stage.counts()).toMatchObject({ DescribePicture: 2, DrawPicture: 2, StoreAvatar: 2 });
  await expectNamed(stage, videoId, "avatar", "gave no picture");
  mend();
  await stage.redrive(executionArn);
  expect((await stage.end(2)).status).toBe("SUCCEEDED");
  expect(stage.counts()).toMatchObject({ DescribePicture: 3, DrawPicture: 3, StoreAvatar: 3, Ask: 1 });
  await expectFinished(stage, videoId);
});

it("gives up a transcription that takes hours, and polls it for as long again when it is redriven", async () => {
  const { stage } = await brokenStage(
    (name) => name === "PollTranscription",
    () => ({ TranscriptionJob: { TranscriptionJobStatus: "IN_PROGRESS" } }),
    { transcribePollSeconds: 7200 },
  );
  const videoId = await uploadTalk(stage);
  await stage.start(videoId);
  await stage.called("StartTranscription");
  for (const [n, polls] of [2, 4].entries()) {
    const { executionArn, ...end } = await stage.end(n + 1, 10_000);
    const cause = `is still IN_PROGRESS after ${polls} polls`;
    expect(end).toMatchObject({ status: "FAILED", cause: expect.stringContaining(cause) });
    expect(stage.counts()).toMatchObject({ StartTranscription: 1, PollTranscription: polls });
    await expectNamed(stage, videoId, "transcribe", cause);
    await stage.redrive(executionArn);
  }
  await stage.called("PollTranscription", 5, 10_000);
  expect(await stage.told(videoId, "watch")).toMatchObject({
    execution: { state: "running" },
    "step/transcribe": { state: "running", attempt: 2001 },
  });
});

it("asks again after the answer reported a failure as often as allowed", async () => {
  const { stage } = await brokenStage(() => false, boom);
  const videoId = await uploadTalk(stage);
  await stage.start(videoId);
  for (const n of [1, 2, 3, 4]) await stage.fail(await stage.question(n), "Refused");
  const { executionArn, ...end } = await stage.end();
  expect(end).toMatchObject({ status: "FAILED", error: "Refused", cause: "the cause, for owners" });
  await expectNamed(stage, videoId, "ask");
  await stage.redrive(executionArn);
  const orders = [];
  for (const n of [1, 2, 3, 4, 5]) orders.push((await stage.question(n)).order);
  expect(orders).toEqual([
    [0, 1, 0],
    [0, 1, 1],
    [0, 1, 2],
    [0, 1, 3],
    [1, 1, 0],
  ]);
  expect((await stage.requests()).at(-1)).toBe("open");
  await stage.answer(await stage.question(5), reply("approve"));
  expect((await stage.end(2)).status).toBe("SUCCEEDED");
});

it("asks again when an execution that was stopped during its question is redriven", async () => {
  const { stage } = await brokenStage(() => false, boom);
  const videoId = await uploadTalk(stage);
  await stage.start(videoId);
  const first = await stage.question();
  await stage.stop(first.execution!);
  await stage.end();
  expect(await stage.told(videoId, "watch")).toMatchObject({
    execution: { state: "aborted", step: "ask" },
    "step/ask": { state: "failed", message: "It was stopped." },
  });
  expect(await stage.requests()).toEqual(["withdrawn"]);

  await stage.redrive(first.execution!);
  const second = await stage.question(2);
  expect(second).toMatchObject({ order: [1, 1, 0], round: 1, candidates: first.candidates });
  expect(second.taskToken).not.toBe(first.taskToken);
  expect(await stage.told(videoId, "watch")).toMatchObject({
    execution: { state: "running" },
    "step/ask": { state: "waiting", attempt: 1001 },
  });
  expect(await stage.requests()).toEqual(["withdrawn", "open"]);
  await stage.answer(second, reply("approve"));
  expect((await stage.end(2)).status).toBe("SUCCEEDED");
  await expectFinished(stage, videoId);
  expect(stage.steps().finish).toMatchObject({ state: "succeeded", attempt: 1001 });
});
