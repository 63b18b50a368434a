import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arn, openSampleStage, published, type SampleStage } from "./sample-stage.ts";

let stage: SampleStage;
beforeAll(async () => {
  stage = await openSampleStage();
});
afterAll(() => stage?.close());

/** A suite about one of ServerlessVideo's definitions, if it is available. */
function about(path: string, tests: (definition: string) => void): void {
  const definition = published(path);
  describe.runIf(definition)(path, () => tests(definition ?? ""));
}

const item = async (TableName: string, Key: object) =>
  (await stage.aws.documents.send(new GetCommand({ TableName, Key }))).Item;
const types = (events: readonly { type: string }[]) => events.map(({ type }) => type).sort();

about("channelCreationWF.asl.json", (definition) => {
  const input = { detail: { request: { userAttributes: { sub: "ana" } } } };

  it("creates a channel, and stores it in a table", async () => {
    const machine = await stage.create(definition, "channels");
    expect(await stage.ended(await stage.start(machine, input))).toMatchObject({
      status: "FAILED",
      error: "DynamoDB.ResourceNotFoundException",
    });
    await stage.table("serverlessVideo-channels-table", "PK");
    expect(await stage.ended(await stage.start(machine, input))).toMatchObject({ status: "SUCCEEDED" });
    const { data, ...channel } = (await item("serverlessVideo-channels-table", { PK: "ana" })) ?? {};
    expect(channel).toEqual({ PK: "ana", name: "streamer-ana" });
    expect(JSON.parse(data)).toMatchObject({ Channel: { Name: "ana", Type: "STANDARD" }, StreamKey: {} });
  });
});

const recording = (stream_id: string, recording_duration_ms: number) => ({
  detail: {
    recording_status: "Recording End",
    recording_s3_key_prefix: `ivs/${stream_id}`,
    recording_duration_ms,
    channel_name: "chan",
    stream_id,
  },
});

about("post-processing-video-service/statemachine/workflow.asl.json", (definition) => {
  let machine: string;
  beforeAll(async () => {
    await stage.table("DDBTableChannel", "PK");
    await stage.fill("DDBTableChannel", [{ PK: "chan", name: "Ana" }]);
    await stage.table("DDBTableVideos", "PK");
    machine = await stage.create(definition, "post-processing-sample");
  });

  it.each([
    ["lambda", 60_000, 720],
    ["ecs", 1_000_000, 1080],
  ])("converts a recording by %s, and reports it on the bus", async (compute, duration, height) => {
    // Callboard's own life cycle of plugins handles the ready recording, and reports it under the same source.
    const said = ["MP4ProcessingComplete", "MP4ProcessingStarted", "recording-ready"];
    const heard = await stage.listen({ source: ["serverlessVideo.videoManager"], "detail-type": said });
    const run = await stage.ended(await stage.start(machine, recording(`by-${compute}`, duration)));
    expect(run).toMatchObject({ status: "SUCCEEDED" });
    const events = await heard();
    expect(types(events)).toEqual(said);
    expect(events.find(({ type }) => type === "MP4ProcessingComplete")?.detail).toMatchObject({ compute });
    expect(events.find(({ type }) => type === "recording-ready")?.detail).toMatchObject({
      author: "Ana",
      height,
    });
    expect(await item("DDBTableVideos", { PK: `by-${compute}` })).toMatchObject({
      Author: "Ana",
      videoStatus: "processing",
      PostProcessingWorkflowExecutionId: expect.stringContaining("post-processing-sample"),
    });
  });

  it("fails with the function, after the retries of the definition", async () => {
    const executionArn = await stage.start(machine, recording("broken", 60_000));
    expect(await stage.ended(executionArn)).toMatchObject({ status: "FAILED", error: "Error" });
    const tried = (await stage.aws.history(executionArn)).filter(
      ({ taskFailedEventDetails: failed }) => failed?.resource === "invoke",
    );
    expect(tried).toHaveLength(3);
  });

  it("fails with a container that reports a failure, and by timeout with one that does not answer", async () => {
    expect(await stage.ended(await stage.start(machine, recording("broken", 1_000_000)))).toEqual({
      status: "FAILED",
      error: "Conversion",
      cause: "no such codec",
    });
    const begun = stage.clock.now();
    expect(
      await stage.ended(await stage.start(machine, recording("silent", 1_000_000)), 60_000),
    ).toMatchObject({
      status: "FAILED",
      error: "States.Timeout",
    });
    expect(stage.clock.now() - begun).toBeGreaterThanOrEqual(3_000_000);
  });

  const simulator = published("simulatorWorkflow.asl.json");
  it.runIf(simulator)("is simulated again from the inputs of its executions", async () => {
    await stage.ended(await stage.start(machine, recording("again", 60_000)));
    const heard = await stage.listen({ source: ["simulator"] });
    const filled = simulator!.replace('"postProcessingWf"', JSON.stringify(machine));
    const simulating = await stage.create(filled, "simulator");
    expect(await stage.ended(await stage.start(simulating, { max: 1 }))).toMatchObject({
      status: "SUCCEEDED",
    });
    expect(await heard()).toEqual([
      { type: "IVS Recording State Change", detail: recording("again", 60_000).detail },
    ]);
    expect(await stage.ended(await stage.start(simulating, {}))).toMatchObject({ error: "States.Runtime" });
  });
});

about("content_moderation_plugin/workflows/statemachine.asl.json", (definition) => {
  const seen = { playbackUrl: "https://cdn.example/a.mp4", recording_s3_key_prefix: "ivs/clean" };

  it.each([
    ["finds nothing in a clean video", seen, { valid: true, reason: "No offensive content found in video" }],
    [
      "finds rude content",
      { ...seen, recording_s3_key_prefix: "ivs/rude" },
      {
        valid: false,
        reason: "video has offensive content",
        moderationLabels: ["Rude Gestures", "Gestures"],
      },
    ],
    ["checks a video that it has to download", { id: "v7" }, { valid: true, reason: expect.any(String) }],
  ])("%s", async (_, video, Message) => {
    const heard = await stage.listen({ source: ["serverlessVideo.plugin.content_moderation_plugin"] });
    const machine = await stage.create(definition);
    const run = await stage.ended(await stage.start(machine, { detail: { video, taskToken: "t" } }));
    expect(run).toMatchObject({ status: "SUCCEEDED" });
    expect(await heard()).toEqual([{ type: "plugin-complete", detail: { Message, TaskToken: "t" } }]);
  });
});

about("transcribe_plugin/workflow/statemachine.asl.json", (definition) => {
  const input = (recording_s3_key_prefix: string) => ({
    detail: { video: { recording_s3_key_prefix }, taskToken: "t" },
  });

  it("transcribes a video, and returns the transcript's place", async () => {
    await stage.putObject(
      "callboard",
      "ivs/talk/media/hls/720p30/captions.vtt",
      "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n",
    );
    const heard = await stage.listen({ source: ["serverlessVideo.plugin.transcribeplugin"] });
    const run = await stage.ended(await stage.start(await stage.create(definition), input("ivs/talk")));
    expect(run).toMatchObject({ status: "SUCCEEDED" });
    const place = "https://s3.us-east-1.amazonaws.com/callboard/ivs/talk/transcribe";
    expect(await heard()).toMatchObject([
      {
        detail: {
          Message: {
            TranscriptFilePointers: {
              TranscriptFileUri: `${place}.json`,
              SubtitleFileUris: [`${place}.vtt`],
            },
          },
        },
      },
    ]);
  });

  it("waits without end, as its definition says, if there is nothing to transcribe", async () => {
    const executionArn = await stage.start(await stage.create(definition), input("ivs/mute"));
    await stage.clock.advance(3_600_000);
    expect(await stage.outcomeOf(executionArn)).toBeUndefined();
    await stage.aws.sfn.send(new StopExecutionCommand({ executionArn }));
    expect(await stage.ended(executionArn)).toMatchObject({ status: "ABORTED" });
  });
});

about("translate_plugin/workflow/translate.asl.yaml", (definition) => {
  const job = {
    transcriptUri: "callboard/source/transcript.json",
    tempBucket: "callboard",
    desinationBucket: "out",
    desinationKey: "es.json",
    taskToken: "t",
  };

  it("translates a transcript, and fails if there is none", async () => {
    await stage.table("TranslateJobIdTable", "pk");
    const machine = await stage.create(definition);
    expect(await stage.ended(await stage.start(machine, [job]))).toMatchObject({
      status: "FAILED",
      error: "S3.NoSuchKeyException",
    });
    await stage.putObject("callboard", "source/transcript.json", "{}");
    const heard = await stage.listen({ source: ["serverlessVideo.plugin.translatePlugin"] });
    expect(await stage.ended(await stage.start(machine, [job, job]))).toMatchObject({ status: "SUCCEEDED" });
    const events = await heard();
    expect(events).toEqual(
      Array(2).fill({ type: "plugin-complete", detail: { Message: "Translation complete", TaskToken: "t" } }),
    );
  });
});

about("StreamEventWF.asl.json", (definition) => {
  it("records whether a channel is live", async () => {
    await stage.table("DDBTable", "PK");
    const machine = await stage.create(definition);
    for (const [recording_status, Live] of [
      ["Recording Start", true],
      ["Recording End", false],
    ] as const) {
      const detail = { recording_status, channel_name: "chan" };
      expect(await stage.ended(await stage.start(machine, { detail }))).toMatchObject({
        status: "SUCCEEDED",
      });
      expect(await item("DDBTable", { PK: "chan" })).toEqual({ PK: "chan", Live });
    }
  });
});

about("CopyTSworkflow.asl.json", (definition) => {
  const input = { detail: { recording_s3_bucket_name: "callboard", recording_s3_key_prefix: "ivs/copied/" } };

  it("copies the files of a recording into another bucket, and fails without a recording", async () => {
    for (let n = 0; n < 3; n++) await stage.putObject("callboard", `ivs/copied/${n}.ts`, `part ${n}`);
    const machine = await stage.create(definition);
    expect(await stage.ended(await stage.start(machine, input))).toMatchObject({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
    });
    await stage.s3.send(new CreateBucketCommand({ Bucket: "copies" }));
    expect(await stage.ended(await stage.start(machine, input))).toMatchObject({ status: "SUCCEEDED" });
    const { Body } = await stage.s3.send(new GetObjectCommand({ Bucket: "copies", Key: "ivs/copied/2.ts" }));
    expect(await Body!.transformToString()).toBe("part 2");
  });
});

about("workflow-eric.asl.json", (definition) => {
  it("waits for the container's answer up to its timeout", async () => {
    const machine = await stage.create(definition);
    expect(await stage.ended(await stage.start(machine, recording("eric", 1)))).toMatchObject({
      status: "SUCCEEDED",
      output: { height: 1080 },
    });
    expect(await stage.ended(await stage.start(machine, recording("silent", 1)))).toMatchObject({
      error: "States.Timeout",
    });
  });
});

about("video-streaming-service/statemachine/workflow.asl.json", (definition) => {
  it("reports the number of viewers while a channel is live", async () => {
    const heard = await stage.listen({ source: ["serverlessVideo.viewCounter"] });
    const input = { resources: [arn("ivs", "channel/a")], detail: { channel_name: "chan" } };
    expect(await stage.ended(await stage.start(await stage.create(definition), input))).toMatchObject({
      status: "SUCCEEDED",
    });
    expect((await heard()).map(({ detail }) => detail.view_count)).toEqual([10, 20]);
  });
});
