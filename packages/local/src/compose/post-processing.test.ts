import { PNG } from "pngjs";
import { afterEach, expect, it } from "vitest";
import { TaskFailure } from "../states/index.ts";
import { type Fault, type PostProcessingStage, postProcessingStage } from "./post-processing.fixture.ts";

let open: PostProcessingStage | undefined;
afterEach(async () => {
  await open?.strike();
  open = undefined;
});

async function stageWith(fault?: Fault): Promise<PostProcessingStage> {
  open = await postProcessingStage(fault);
  return open;
}

async function talk(stage: PostProcessingStage): Promise<string> {
  return stage.upload([
    { fileName: "talk.mp4", body: await stage.sample("talk.mp4") },
    { fileName: "talk.vtt", body: await stage.sample("talk.vtt") },
  ]);
}

const reply = (verb: string, more: object = {}) => ({
  requestId: "req_1",
  replyId: "r_1",
  verb,
  round: 1,
  by: { id: "user/ana", name: "Ana" },
  at: 1,
  ...more,
});

it("goes from an uploaded talk to a chosen title and its picture", async () => {
  const stage = await stageWith();
  const videoId = await talk(stage);
  expect(await stage.start(videoId)).toMatchObject({ kind: "started", subject: `video/${videoId}` });
  const question = await stage.question();
  expect(question).toMatchObject({
    subject: `video/${videoId}`,
    thread: "title",
    round: 1,
    order: [0, 1, 0],
    timeoutSeconds: 86_400,
    heartbeatSeconds: 3600,
    verbs: ["pick", "edit", "regenerate", "reject"],
    assignees: ["user/ana"],
    default: { verb: "pick", candidateId: "bedrock-1-1" },
  });
  expect(question.candidates!.map(({ id }) => id)).toEqual(
    ["bedrock", "endpoint"].flatMap((branch) => [1, 2, 3].map((n) => `${branch}-1-${n}`)),
  );
  const proposed = stage.events.filter(({ kind }) => kind === "Candidates Proposed");
  expect(proposed.map(({ detail }) => detail.source).sort()).toEqual([
    "RAKE (stand-in)",
    "TextRank (stand-in)",
  ]);
  expect(stage.steps().ask).toMatchObject({ state: "waiting" });

  await stage.answer(question, reply("pick", { candidateId: "endpoint-1-2" }));
  const end = await stage.end();
  const chosen = question.candidates!.find(({ id }) => id === "endpoint-1-2")!;
  const key = `avatars/${videoId}/${videoId}.png`;
  expect(end).toMatchObject({ status: "SUCCEEDED", name: videoId });
  expect(JSON.parse(end.output!)).toEqual({
    outcome: "finished",
    subject: `video/${videoId}`,
    title: chosen.title,
    description: chosen.description,
    avatar: { key, mediaType: "image/png" },
  });
  const picture = await stage.s3.read("media", key);
  expect(PNG.sync.read(picture!.body).width).toBe(512);
  const steps = stage.steps();
  expect(Object.entries(steps).map(([step, { state }]) => `${step} ${state}`)).toEqual(
    "execution probe compute transcribe models ask choose avatar finish"
      .split(" ")
      .map((step) => `${step} succeeded`),
  );
  expect(steps.probe).toMatchObject({ data: { width: 1280, durationMs: 260_430 } });
  expect(steps.compute!.message).toBe("The video is prepared");
  expect(steps.choose).toMatchObject({ data: { title: chosen.title } });
  expect(steps.avatar).toMatchObject({ data: { avatar: { object: { key, mediaType: "image/png" } } } });
  expect(stage.events[0]!.detail).toMatchObject({
    step: "execution",
    state: "started",
    owners: ["user/ana"],
    resources: [end.stateMachineArn, end.executionArn],
  });
  expect(await stage.start(videoId)).toEqual({
    kind: "already_started",
    subject: `video/${videoId}`,
    executionArn: end.executionArn,
  });
});

it("takes captions alone, and skips what needs a video", async () => {
  const stage = await stageWith();
  await stage.start(await stage.upload([{ fileName: "talk.vtt", body: await stage.sample("talk.vtt") }]));
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.steps()).toMatchObject({ compute: { state: "skipped" }, transcribe: { state: "succeeded" } });
  expect(stage.calls.filter(({ resource }) => /transcribe|ecs/.test(resource))).toEqual([]);
});

it("prepares a talk of 15 minutes or more on Fargate, and says so", async () => {
  const stage = await stageWith();
  const captions = "WEBVTT\n\n00:00.000 --> 20:00.000\nA long talk about the task token of the workflow.\n";
  const long = await stage.sample("talk.mp4");
  // The duration of the movie and of its tracks, made four times as long as their pictures.
  for (const [box, offset] of [
    ["mvhd", 20],
    ["tkhd", 24],
    ["mdhd", 20],
  ] as const)
    for (let at = long.indexOf(box); at >= 0; at = long.indexOf(box, at + 4))
      long.writeUInt32BE(long.readUInt32BE(at + offset) * 4, at + offset);
  await stage.start(
    await stage.upload([
      { fileName: "talk.mp4", body: long },
      { fileName: "talk.vtt", body: captions },
    ]),
  );
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.calls.map(({ stateName }) => stateName)).toContain("PrepareOnFargate");
  const messages = stage.events.map(({ detail }) => String(detail.message));
  expect(messages.filter((message) => message.startsWith("Preparing on"))).toEqual([
    expect.stringMatching(/^Preparing on Fargate: 17 min \d+ s is 15 minutes or more$/),
  ]);
});

it("takes a person's own words over every candidate", async () => {
  const stage = await stageWith();
  await stage.start(await talk(stage));
  const value = { title: '  It\'s "mine" & <own> ', description: "By hand." };
  await stage.answer(await stage.question(), reply("edit", { candidateId: "bedrock-1-2", value }));
  const { output } = await stage.end();
  expect(JSON.parse(output!)).toMatchObject({ title: 'It\'s "mine" & <own>', description: "By hand." });
});

it("asks the models again as often as three rounds allow, with the hint, and never the same titles", async () => {
  const stage = await stageWith();
  await stage.start(await talk(stage));
  const titles: string[] = [];
  for (const round of [1, 2, 3]) {
    const question = await stage.question(round);
    expect(question).toMatchObject({ round, order: [0, round, 0] });
    expect(question.verbs.includes("regenerate")).toBe(round < 3);
    for (const { title } of question.candidates!) {
      expect(titles).not.toContain(title);
      titles.push(title);
      if (round === 2) expect(title.toLowerCase()).toContain("cloakroom");
    }
    expect(stage.steps()).toMatchObject({
      models: { attempt: round },
      ask: { attempt: round, state: "waiting" },
    });
    const comment = round === 1 ? "about the cloakroom" : "something with a question";
    await stage.answer(question, reply("regenerate", { round, comment }));
  }
  // A fourth round is not given: the first title of the third is taken.
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.events.filter(({ kind }) => kind === "Feedback Requested")).toHaveLength(3);
});

it("ends cleanly when the creator rejects the titles", async () => {
  const stage = await stageWith();
  await stage.start(await talk(stage));
  await stage.answer(await stage.question(), reply("reject"));
  const { status, output } = await stage.end();
  expect([status, JSON.parse(output!).outcome]).toEqual(["SUCCEEDED", "rejected"]);
  expect(stage.steps()).toMatchObject({
    choose: { state: "failed", message: "Rejected by its creator" },
    execution: { state: "succeeded", message: "Ended: its creator rejected the titles" },
  });
  expect(stage.steps().avatar).toBeUndefined();
});

it("goes on with the first title when a timeout says that nobody answered", async () => {
  const stage = await stageWith();
  await stage.start(await talk(stage), { timeoutSeconds: 60 });
  const question = await stage.question();
  expect(question).toMatchObject({ timeoutSeconds: 60, heartbeatSeconds: 59 });
  const { output } = await stage.end();
  expect(JSON.parse(output!)).toMatchObject({ title: question.candidates![0]!.title });
  expect(stage.events.filter(({ kind }) => kind === "Feedback Closed")).toHaveLength(1);
});

it("loses no more than one model's titles when that model is down", async () => {
  const stage = await stageWith(({ resource }) => {
    if (resource.endsWith("http:invoke"))
      throw new TaskFailure("States.Http.StatusCode.503", "Service Unavailable");
  });
  await stage.start(await talk(stage));
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
  await stage.start(await talk(stage));
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
  await stage.start(await talk(stage));
  if (step === "avatar") await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "FAILED", error, cause: "the cause, for owners" });
  expectNamed(stage, step);
});

it("names the step when both models fail", async () => {
  const stage = await stageWith(({ stateName }) => {
    if (/^Ask(Bedrock|Endpoint)$/.test(stateName)) throw new TaskFailure("Boom", "the cause, for owners");
  });
  await stage.start(await talk(stage));
  expect(await stage.end()).toMatchObject({ status: "FAILED", error: "NoCandidates" });
  expectNamed(stage, "models");
});

it("names the step when the answer says that it failed, and closes the question", async () => {
  const stage = await stageWith();
  await stage.start(await talk(stage));
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
  expect(stage.steps().transcribe!.cause).toContain("there are none");
});

it("starts nothing that is somebody else's, unknown, or not yet uploaded", async () => {
  const stage = await stageWith();
  const videoId = await talk(stage);
  const start = (id: string, owner: string) => stage.store.startPostProcessing({ videoId: id, owner });
  expect(await start(videoId, "user/bo")).toMatchObject({ kind: "refused", code: "forbidden" });
  expect(await start("v_unknown", "user/ana")).toMatchObject({ kind: "refused", code: "not_found" });
  expect(await start("../v_1", "user/ana")).toMatchObject({ kind: "refused", code: "not_found" });
  const promised = await stage.store.prepareUpload("user/ana", [{ fileName: "a.mp4", size: 9 }]);
  if (promised.kind === "refused") throw new Error(promised.reason);
  expect(await start(promised.videoId, "user/ana")).toMatchObject({ code: "nothing_uploaded" });
  expect(stage.calls).toEqual([]);
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
