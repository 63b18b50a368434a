import { afterEach, expect, it } from "vitest";
import {
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

async function stageWith(options?: StageOptions): Promise<PostProcessingStage> {
  open = await postProcessingStage(options);
  return open;
}

/** What viewers could play, report by report. */
const released = (stage: PostProcessingStage) =>
  stage.events.flatMap(({ detail }) => (detail.data as { media?: object } | undefined)?.media ?? []);

it("goes from an uploaded talk to a chosen title and its picture", async () => {
  const stage = await stageWith();
  const videoId = await uploadTalk(stage);
  expect(await stage.start(videoId)).toMatchObject({ kind: "started", subject: `video/${videoId}` });
  const question = await stage.question();
  expect(question).toMatchObject({
    subject: `video/${videoId}`,
    thread: "title",
    round: 1,
    order: [0, 1, 0],
    timeoutSeconds: 86_400,
    deadlineSeconds: 86_400,
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
  const key = `avatars/${videoId}/${videoId}.svg`;
  expect(end).toMatchObject({ status: "SUCCEEDED", name: videoId });
  expect(JSON.parse(end.output!)).toEqual({
    outcome: "finished",
    subject: `video/${videoId}`,
    title: chosen.title,
    description: chosen.description,
    avatar: { key, mediaType: "image/svg+xml" },
  });
  const picture = await stage.s3.read("media", key);
  expect(picture!.body.toString()).toContain(chosen.title.split(" ")[0]);
  const steps = stage.steps();
  expect(Object.entries(steps).map(([step, { state }]) => `${step} ${state}`)).toEqual(
    "execution probe compute transcribe models ask choose avatar finish"
      .split(" ")
      .map((step) => `${step} succeeded`),
  );
  expect(steps.probe).toMatchObject({ data: { width: 1280, durationMs: 260_430 } });
  expect(steps.compute!.message).toBe("The video is prepared");
  expect(steps.choose).toMatchObject({ data: { title: chosen.title } });
  expect(steps.avatar).toMatchObject({ data: { avatar: { object: { key, mediaType: "image/svg+xml" } } } });
  const folder = `videos/${videoId}/`;
  expect(released(stage)).toEqual([
    {
      object: { key: `${folder}video.mp4`, mediaType: "video/mp4" },
      captions: { key: `${folder}captions.vtt`, mediaType: "text/vtt" },
      durationMs: 260_430,
    },
  ]);
  expect(stage.events[0]!.detail).toMatchObject({
    step: "execution",
    state: "started",
    owners: ["user/ana"],
    resources: [end.stateMachineArn, end.executionArn],
  });
  expect(await stage.start(videoId)).toEqual({
    kind: "started",
    videoId,
    subject: `video/${videoId}`,
    executionArn: end.executionArn,
  });
});

it("works with only a text model: titles of one source, and no picture", async () => {
  const stage = await stageWith({ textModelAlone: true });
  await stage.start(await uploadTalk(stage));
  const question = await stage.question();
  expect(question.candidates!.map(({ id }) => id)).toEqual(["bedrock-1-1", "bedrock-1-2", "bedrock-1-3"]);
  await stage.answer(question, reply("pick", { candidateId: "bedrock-1-2" }));
  const { status, output } = await stage.end();
  expect([status, JSON.parse(output!)]).toEqual([
    "SUCCEEDED",
    {
      outcome: "finished",
      subject: question.subject,
      title: question.candidates![1]!.title,
      description: question.candidates![1]!.description,
    },
  ]);
  const { avatar, ...others } = stage.steps();
  expect(avatar).toMatchObject({ state: "skipped", message: "No model draws pictures here" });
  for (const [step, { state }] of Object.entries(others)) expect([step, state]).toEqual([step, "succeeded"]);
  expect(stage.calls.filter(({ resource }) => /http:invoke|invokeModel/.test(resource))).toEqual([]);
});

it("uses the language of the captions, or the one that it was started with", async () => {
  const stage = await stageWith();
  await stage.start(await stage.upload([{ fileName: "講演.vtt", body: await stage.sample("talk.ja.vtt") }]));
  const question = await stage.question();
  expect(question).toMatchObject({
    lang: "ja",
    prompt: "この動画のタイトルはどれにしますか？",
    labels: { pick: "このタイトルにする", regenerate: "別の案を頼む" },
  });
  expect(question.candidates).toHaveLength(6);
  for (const { title, description } of question.candidates!) {
    expect(title).toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
    expect(description).toMatch(/。$/u);
  }
  await stage.answer(question, reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.steps()).toMatchObject({
    transcribe: { message: expect.stringMatching(/^\d+語$/) },
    models: { message: "タイトル案が6件あります" },
    choose: { message: "タイトルが決まりました" },
    finish: { message: "完了" },
    execution: { message: "後処理が完了しました" },
  });
});

it("uses the requested language, whatever the captions are in", async () => {
  const stage = await stageWith();
  const videoId = await stage.upload([{ fileName: "a.vtt", body: await stage.sample("talk.vtt") }]);
  await stage.start(videoId, { lang: "ja" });
  const question = await stage.question();
  expect(question).toMatchObject({ lang: "ja", labels: { pick: "このタイトルにする" } });
  expect(question.candidates![0]!.title).toMatch(/^[A-Z]/);
  expect(stage.steps().probe).toMatchObject({ message: expect.stringMatching(/^WebVTT、4分20秒$/) });
});

it("accepts only captions, and skips what needs a video", async () => {
  const stage = await stageWith();
  await stage.start(await stage.upload([{ fileName: "talk.vtt", body: await stage.sample("talk.vtt") }]));
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.steps()).toMatchObject({ compute: { state: "skipped" }, transcribe: { state: "succeeded" } });
  expect(stage.calls.filter(({ resource }) => /transcribe|ecs/.test(resource))).toEqual([]);
});

it("releases the captions unchanged, once somebody has written a title", async () => {
  const srt = "1\n00:00:00,000 --> 00:04:00,000\nA talk about the task token of a workflow.\n";
  const stage = await stageWith();
  const videoId = await stage.upload([
    { fileName: "talk.mp4", body: await stage.sample("talk.mp4") },
    { fileName: "talk.srt", body: Buffer.from(srt) },
  ]);
  await stage.start(videoId);
  await stage.answer(await stage.question(), reply("edit", { value: { title: "Mine" } }));
  await stage.end();
  expect(released(stage)).toMatchObject([
    { captions: { key: `videos/${videoId}/captions.srt`, mediaType: "application/x-subrip" } },
  ]);
});

it("prepares a talk of 15 minutes or more on Fargate, and says so", async () => {
  const stage = await stageWith();
  await stage.start(await uploadLongTalk(stage));
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.calls.map(({ stateName }) => stateName)).toContain("PrepareOnFargate");
  const messages = stage.events.map(({ detail }) => String(detail.message));
  expect(messages.filter((message) => message.startsWith("Preparing on"))).toEqual([
    expect.stringMatching(/^Preparing on Fargate: 17 min \d+ s is 15 minutes or more$/),
  ]);
});

it("prefers a person's own words to every candidate", async () => {
  const stage = await stageWith();
  await stage.start(await uploadTalk(stage));
  const value = { title: '  It\'s "mine" & <own> ', description: "By hand." };
  await stage.answer(await stage.question(), reply("edit", { candidateId: "bedrock-1-2", value }));
  const { output } = await stage.end();
  expect(JSON.parse(output!)).toMatchObject({ title: 'It\'s "mine" & <own>', description: "By hand." });
});

it("asks the models again as often as three rounds allow, with the hint, and never the same titles", async () => {
  const stage = await stageWith();
  await stage.start(await uploadTalk(stage));
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
  // There is no fourth round: the first title of the third is used.
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.events.filter(({ kind }) => kind === "Feedback Requested")).toHaveLength(3);
  expect(released(stage)).toEqual([]);
});

it("ends cleanly when the creator rejects the titles", async () => {
  const stage = await stageWith();
  await stage.start(await uploadTalk(stage));
  await stage.answer(await stage.question(), reply("reject"));
  const { status, output } = await stage.end();
  expect([status, JSON.parse(output!).outcome]).toEqual(["SUCCEEDED", "rejected"]);
  expect(stage.steps()).toMatchObject({
    choose: { state: "failed", message: "Rejected by its creator" },
    execution: { state: "succeeded", message: "Ended: its creator rejected the titles" },
  });
  expect(stage.steps().avatar).toBeUndefined();
  expect(released(stage)).toEqual([]);
});

it("continues with the first title when a timeout says that nobody answered", async () => {
  const stage = await stageWith();
  await stage.start(await uploadTalk(stage), { answerSeconds: 20 });
  const question = await stage.question();
  expect(question).toMatchObject({ deadlineSeconds: 20, timeoutSeconds: 160, heartbeatSeconds: 159 });
  const { output } = await stage.end();
  expect(JSON.parse(output!)).toMatchObject({ title: question.candidates![0]!.title });
  expect(stage.events.filter(({ kind }) => kind === "Feedback Closed")).toHaveLength(1);
  expect(released(stage)).toEqual([]);
  expect(stage.steps().finish).toMatchObject({ message: expect.stringContaining("not shown to viewers") });
});

it("reads the captions that came with a video, and transcribes nothing, if the deployment says so", async () => {
  const stage = await stageWith({ transcribeCaptioned: "false" });
  await stage.start(await uploadTalk(stage));
  await stage.answer(await stage.question(), reply("approve"));
  expect(await stage.end()).toMatchObject({ status: "SUCCEEDED" });
  expect(stage.calls.map(({ stateName }) => stateName)).toContain("PrepareOnLambda");
  expect(stage.calls.filter(({ resource }) => resource.includes("transcribe"))).toEqual([]);
});

it.each([
  ["JSON alone", '{"candidates":[{"title":"A","description":"B"}]}', ["A"]],
  [
    "JSON in a code block with words around",
    'Sure!\n```json\n{ "candidates": [{"title":"A"}] }\n```\nEnjoy {it}',
    ["A"],
  ],
  [
    "JSON in a code block with words before",
    'Here you are:\n```json\n{\n"candidates": [{"title":" A "}]}\n```',
    ["A"],
  ],
  ["a bare list", 'Titles: [{"title":"A"},{"title":"B"}] as asked', ["A", "B"]],
  ["one title", '{"candidates":{"title":"A"}}', ["A"]],
  ["too many, some of them invalid", titles("A", "", 7, null, "B", "C", "D"), ["A", "B", "C"]],
  ["quotes and a very long title", titles(`"'{%`, "x".repeat(200)), [`"'{%`, "x".repeat(120)]],
  ["no titles", '{"candidates":[]}', []],
  ["no JSON", "I would rather not.", []],
  ["broken JSON", '{"candidates":[{"title":"A"', []],
  ["nothing", "", []],
])("uses the valid parts of a model's answer: %s", async (_, said, expected) => {
  const stage = await stageWith({ said });
  await stage.start(await stage.upload([{ fileName: "talk.vtt", body: await stage.sample("talk.vtt") }]));
  const { candidates } = await stage.question();
  const own = candidates!.filter(({ id }) => id.startsWith("endpoint-"));
  expect(own.map(({ title }) => title)).toEqual(expected);
  expect(candidates!.length - own.length).toBe(3);
});

it("accepts an upload once: not again, not twice at the same moment, and not after its video has started", async () => {
  const stage = await stageWith();
  const captions = await stage.sample("talk.vtt");
  const offered = [{ name: "talk.vtt", size: captions.length }];
  const put = async ({ url, headers }: { url: string; headers: object }, fill?: number) => {
    const body = fill === undefined ? captions : Buffer.alloc(captions.length, fill);
    const options = { method: "PUT", headers: { ...headers }, body: new Blob([new Uint8Array(body)]) };
    return (await fetch(url, options)).status;
  };
  const promised = await stage.prepare(offered);
  if (promised.kind !== "prepared") throw new Error(promised.kind);
  const [upload] = promised.uploads;
  expect((await Promise.all([put(upload!), put(upload!), put(upload!)])).sort()).toEqual([200, 412, 412]);
  const { "if-none-match": _, ...without } = upload!.headers as Record<string, string>;
  expect(await put({ url: upload!.url, headers: without }, 32)).toBe(403);
  await stage.start(promised.videoId);
  expect(await put(upload!, 32)).toBe(412);
  await stage.question();
  expect(
    (await stage.s3.read("media", `videos/${promised.videoId}/captions.vtt`))?.body.equals(captions),
  ).toBe(true);
});

it("starts no video that is somebody else's, unknown, or not yet uploaded", async () => {
  const stage = await stageWith();
  const videoId = await uploadTalk(stage);
  expect(await stage.start(videoId, { owner: "user/bo" })).toEqual({ kind: "forbidden" });
  expect(await stage.start("v_unknown")).toEqual({ kind: "not_found" });
  const promised = await stage.prepare([{ name: "a.mp4", size: 9 }]);
  if (promised.kind !== "prepared") throw new Error(promised.kind);
  expect(await stage.start(promised.videoId)).toEqual({ kind: "nothing_uploaded", fileName: "a.mp4" });
  expect(stage.calls).toEqual([]);
});

/** A model's answer with these titles. */
function titles(...all: unknown[]): string {
  return JSON.stringify({ candidates: all.map((title) => ({ title })) });
}
