import { TaskFailure } from "@callboard/aws-local";
import { afterEach, expect, it } from "vitest";
import {
  type Fault,
  type PostProcessingStage,
  postProcessingStage,
  reply,
  uploadTalk,
} from "./testing/post-processing.ts";

let open: PostProcessingStage | undefined;
afterEach(async () => {
  await open?.strike();
  open = undefined;
});

async function stageWith(fault?: Fault): Promise<PostProcessingStage> {
  open = await postProcessingStage(fault ? { fault } : {});
  return open;
}

it("loses no more than one model's titles when that model is down", async () => {
  const stage = await stageWith(({ resource }) => {
    if (resource.endsWith("http:invoke"))
      throw new TaskFailure("States.Http.StatusCode.503", "Service Unavailable");
    return undefined;
  });
  await stage.start(await uploadTalk(stage));
  const question = await stage.question();
  expect(question.candidates!.map(({ id }) => id)).toEqual(["bedrock-1-1", "bedrock-1-2", "bedrock-1-3"]);
  expect(stage.steps().models).toMatchObject({
    state: "succeeded",
    message: "3 titles proposed; one of the models did not answer",
  });
  const told = stage.events.find(({ detail }) => detail.step === "models" && detail.state === "running")!;
  expect(told.detail.cause).toContain("503");
  expect(JSON.stringify(told.detail.message)).not.toContain("503");
  await stage.answer(question, reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
});

it("finishes its work while Callboard accepts no reports", async () => {
  const stage = await stageWith(({ resource, pattern }) => {
    if (resource.endsWith("putEvents") && pattern === "request")
      throw new TaskFailure("EventBridge.FailedEntry", "down");
    return undefined;
  });
  await stage.start(await uploadTalk(stage));
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.events.map(({ kind, detail }) => [kind, detail.step])).toEqual([
    ["Progress Reported", "ask"],
    ["Feedback Requested", undefined],
  ]);
});

it.each([
  [
    "a text file with a video's name",
    "talk.mp4",
    "Once upon a time",
    "NotAnMp4",
    "The file is not an MP4 video",
  ],
  [
    "an invalid captions file",
    "talk.vtt",
    "WEBVTT\n\nat once --> never\nHi",
    "NotCaptions",
    "The captions file cannot be read: no times, such as",
  ],
  [
    "a captions file without text",
    "talk.vtt",
    "WEBVTT\n\n",
    "EmptyCaptions",
    "The captions file contains no text: no times",
  ],
  [
    "a web page with a captions file's name",
    "talk.srt",
    "<!doctype html><p>404</p>",
    "NotCaptions",
    "it is a web page",
  ],
])("shows everyone in plain words what is wrong with %s", async (_, fileName, body, error, message) => {
  const stage = await stageWith();
  const videoId = await stage.upload([{ fileName, body }]);
  await stage.start(videoId);
  const { executionArn, ...end } = await stage.end();
  expect(end).toMatchObject({ status: "FAILED", error });
  const { execution, title, ...steps } = await stage.told(videoId, "watch");
  expect(execution).toMatchObject({ state: "failed", step: "probe" });
  expect(title).toMatchObject({ title: fileName });
  expect(Object.keys(steps)).toEqual(["step/probe"]);
  for (const told of [execution, steps["step/probe"]]) expect(told!.message).toContain(message);
  expect((await stage.told(videoId, "work"))["step/probe"]!.cause).toContain(error);
  // The same file cannot be read by trying again.
  await stage.redrive(executionArn);
  expect(await stage.end(2)).toMatchObject({ status: "FAILED", error });
  expect(stage.counts()).toMatchObject({ Probe: 1 });
});

it("says why a video without captions cannot be transcribed on one machine", async () => {
  const stage = await stageWith();
  await stage.start(await stage.upload([{ fileName: "talk.mp4", body: await stage.sample("talk.mp4") }]));
  expect(await stage.end()).toMatchObject({ status: "FAILED", error: "Transcribe.JobFailed" });
  expect(stage.steps().transcribe!.message).toContain(
    "uses the captions that were uploaded beside the media",
  );
});
