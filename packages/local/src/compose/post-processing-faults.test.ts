import { afterEach, expect, it } from "vitest";
import { TaskFailure } from "../states/index.ts";
import {
  type Fault,
  type PostProcessingStage,
  postProcessingStage,
  reply,
  uploadTalk,
} from "./post-processing.fixture.ts";

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
  });
  await stage.start(await uploadTalk(stage));
  const question = await stage.question();
  expect(question.candidates!.map(({ id }) => id)).toEqual(["bedrock-1-1", "bedrock-1-2", "bedrock-1-3"]);
  expect(stage.steps().models).toMatchObject({
    state: "succeeded",
    message: "3 titles proposed; one of the two models did not answer",
  });
  const told = stage.events.find(({ detail }) => detail.step === "models" && detail.state === "running")!;
  expect(told.detail.cause).toContain("503");
  expect(JSON.stringify(told.detail.message)).not.toContain("503");
  await stage.answer(question, reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
});

it("does its work to the end while Callboard takes no reports", async () => {
  const stage = await stageWith(({ resource, pattern }) => {
    if (resource.endsWith("putEvents") && pattern === "request")
      throw new TaskFailure("EventBridge.FailedEntry", "down");
  });
  await stage.start(await uploadTalk(stage));
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.events.map(({ kind }) => kind)).toEqual(["Feedback Requested"]);
});

/** Every state that works, the step that it belongs to, and the error that the execution ends with. */
const faults = [
  ["Probe", "probe", "Boom"],
  ["PrepareOnLambda", "compute", "Boom"],
  ["StartTranscription", "transcribe", "Boom"],
  ["PollTranscription", "transcribe", "Boom"],
  ["ReadTranscript", "transcribe", "Boom"],
  ["Ask", "ask", "Boom"],
  ["DescribePicture", "avatar", "Boom"],
  ["DrawPicture", "avatar", "Boom"],
  ["StoreAvatar", "avatar", "Boom"],
] as const;

it.each(faults)("names the step when %s fails for good", async (name, step, error) => {
  const stage = await stageWith(({ stateName }) => {
    if (stateName === name) throw new TaskFailure(error, "the cause, for owners");
  });
  await stage.start(await uploadTalk(stage));
  if (step === "avatar") await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "FAILED", error, cause: "the cause, for owners" });
  expectNamed(stage, step);
});

it("names the step when both models fail", async () => {
  const stage = await stageWith(({ stateName }) => {
    if (/^Ask(Bedrock|Endpoint)$/.test(stateName)) throw new TaskFailure("Boom", "the cause, for owners");
  });
  await stage.start(await uploadTalk(stage));
  expect(await stage.end()).toMatchObject({ status: "FAILED", error: "NoCandidates" });
  expectNamed(stage, "models");
});

it("names the step when the answer says that it failed, and closes the question", async () => {
  const stage = await stageWith();
  await stage.start(await uploadTalk(stage));
  for (const n of [1, 2, 3, 4]) await stage.fail(await stage.question(n), "Refused");
  expect(await stage.end()).toMatchObject({
    status: "FAILED",
    error: "Refused",
    cause: "the cause, for owners",
  });
  expectNamed(stage, "ask");
  const orders = stage.events
    .filter(({ kind }) => kind === "Feedback Requested")
    .map(({ detail }) => detail.order);
  expect(orders).toEqual([0, 1, 2, 3].map((retry) => [0, 1, retry]));
  expect(stage.events.at(-3)!.kind).toBe("Feedback Closed");
});

it.each([
  [
    "a text that is called a video",
    "talk.mp4",
    "Once upon a time",
    "NotAnMp4",
    "The file is not an MP4 video",
  ],
  [
    "captions that are none",
    "talk.vtt",
    "WEBVTT\n\nat once --> never\nHi",
    "NotCaptions",
    "Line 3 of the captions",
  ],
  ["captions without a word", "talk.vtt", "WEBVTT\n\n", "EmptyCaptions", "The captions hold no words"],
])("tells everyone in plain words what is wrong with %s", async (_, fileName, body, error, message) => {
  const stage = await stageWith();
  await stage.start(await stage.upload([{ fileName, body }]));
  expect(await stage.end()).toMatchObject({ status: "FAILED", error });
  expect(stage.steps().probe).toMatchObject({ state: "failed", message: expect.stringContaining(message) });
  expect(stage.calls.filter(({ stateName }) => stateName === "Probe")).toHaveLength(1);
});

it("says why a video without captions cannot be transcribed on one machine", async () => {
  const stage = await stageWith();
  await stage.start(await stage.upload([{ fileName: "talk.mp4", body: await stage.sample("talk.mp4") }]));
  expect(await stage.end()).toMatchObject({ status: "FAILED", error: "Transcribe.JobFailed" });
  expect(stage.steps().transcribe!.message).toContain(
    "takes the captions that were uploaded beside the media",
  );
});

/** The step is failed with plain words for all and the cause for owners, and nothing is left processing. */
function expectNamed(stage: PostProcessingStage, step: string): void {
  const { execution, ...steps } = stage.steps();
  expect(execution).toMatchObject({ state: "failed", data: { step } });
  expect(steps[step]).toMatchObject({ state: "failed", cause: expect.stringContaining("the cause") });
  expect(JSON.stringify(steps[step]!.message)).not.toContain("the cause");
  for (const [name, { state }] of Object.entries(steps))
    expect(`${name} ${state}`).toMatch(/succeeded|failed|skipped/);
}
