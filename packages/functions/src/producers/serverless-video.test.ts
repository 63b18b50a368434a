import { itemsOf, memoryStage } from "@callboard/core/testing";
import { runs } from "@callboard/core/testing/runs.ts";
import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import type { BusEvent } from "@callboard/protocol";
import { FactsSet, ProgressReported, watchChannel, workChannel } from "@callboard/protocol";
import { expect, it } from "vitest";
import { ingestHandler } from "../handlers/ingest.ts";
import { busEvent } from "../testing/bus-event.ts";
import { producerOf } from "./index.ts";
import { serverlessVideo } from "./serverless-video.ts";

const at = Date.UTC(2026, 0, 1, 0, 0, 1);
const manager = "serverlessVideo.videoManager";
const plugins = "serverlessVideo.pluginManager";
const facts = {
  recording_status: "Recording End",
  playback_url: "https://cdn.example/v_1/master.m3u8",
  stream_url: "https://live.example/v_1.m3u8",
  thumbnail: "https://cdn.example/v_1/thumb0.jpg",
  channel_name: "ana@example.com",
  id: "v_1",
  createdAt: "2026-01-01T00:00:00Z",
  durationmillis: "61000",
  width: 1920,
  height: 1080,
  author: { username: "ana@example.com" },
};
const data = {
  playbackUrl: facts.playback_url,
  thumbnail: facts.thumbnail,
  durationMs: 61_000,
  width: 1920,
  height: 1080,
};
const hook = {
  video: { id: "v_1", channel: "ana", author: { username: "ana@example.com" } },
  taskToken: "AQCkAAAAKgAAAAMAAAAA",
  pluginData: { words: "secret" },
};

const video = "video/v_1";
const report = (step: object) => ({ type: "Progress Reported", detail: { subject: video, at, ...step } });
const set = (name: string, value: unknown, subjects = [video, "channel/ana"]) =>
  subjects.map((subject) => ({
    type: "Facts Set",
    detail: { subject, at, visibility: "everyone", facts: [{ name, value }] },
  }));
const pairOf = (key: string, half: object) => ({ type: "Pair Told", detail: { key, ...half } });
const ivs = (status: string, more: object = {}) => ({
  recording_status: status,
  stream_id: "v_1",
  channel_name: "ana",
  ...more,
});
const lifeCycle = "arn:aws:states:eu-central-1:123456789012:execution:PluginLifecycleWorkflow:e1";
const recordings = "IVS Recording State Change";

it.each<[string, string, object, object[]]>([
  [
    "aws.ivs",
    recordings,
    ivs("Recording Start"),
    [
      report({ step: "recording", state: "started" }),
      ...set("live", { live: true, since: at, video: "v_1" }),
    ],
  ],
  [
    "aws.ivs",
    recordings,
    ivs("Recording End", { recording_duration_ms: 61_000, channel_name: "ana@example.com" }),
    [
      report({ step: "recording", state: "succeeded", data: { durationMs: 61_000 } }),
      ...set("live", { live: false, until: at, video: "v_1" }, [video]),
    ],
  ],
  [
    "aws.ivs",
    recordings,
    ivs("Recording Start Failure"),
    [
      report({ step: "recording", state: "failed", message: "The recording failed." }),
      ...set("live", { live: false, until: at, video: "v_1" }),
    ],
  ],
  [
    manager,
    "MP4ProcessingStarted",
    { id: "v_1", channel_name: "ana" },
    [report({ step: "mp4", state: "started" })],
  ],
  [
    manager,
    "MP4ProcessingComplete",
    { id: "v_1", compute: "ecs" },
    [report({ step: "mp4", state: "succeeded", data: { compute: "ecs" } })],
  ],
  [manager, "recording-ready", facts, [report({ step: "ready", state: "succeeded", data })]],
  [
    plugins,
    "LifeCycleStarted",
    facts,
    [
      report({ step: "lifecycle", state: "started" }),
      pairOf(lifeCycle, { begun: { subject: video, step: "plugins", at } }),
    ],
  ],
  [
    plugins,
    "preValidate.profanity",
    hook,
    [
      report({ step: "plugin.preValidate.profanity", state: "started" }),
      pairOf(hook.taskToken, { begun: { subject: video, step: "plugin.preValidate.profanity", at } }),
    ],
  ],
  [
    "serverlessVideo.plugin.profanity",
    "plugin-complete",
    { TaskToken: hook.taskToken, Message: { words: "ana@example.com secret" } },
    [pairOf(hook.taskToken, { ended: { state: "succeeded", at } })],
  ],
  [
    "serverlessVideo.plugin.duration_plugin",
    "plugin-complete",
    { TaskToken: hook.taskToken, Message: { valid: false, reason: "ana@example.com" } },
    [
      pairOf(hook.taskToken, {
        ended: { state: "failed", message: "The video did not pass this check.", at },
      }),
    ],
  ],
  [
    plugins,
    "Plugin failed",
    { Message: "it failed", ExecutionId: lifeCycle },
    [pairOf(lifeCycle, { ended: { state: "failed", message: "A plugin failed.", at } })],
  ],
  [
    plugins,
    "LifeCycleComplete",
    { ...facts, plugins: {} },
    [report({ step: "lifecycle", state: "succeeded" })],
  ],
  [
    manager,
    "VideoStatusUpdated",
    { ...facts, status: "valid" },
    [report({ step: "status", state: "succeeded", message: "The video is published.", data })],
  ],
  [
    manager,
    "VideoStatusUpdated",
    { ...facts, status: "invalid" },
    [report({ step: "status", state: "failed", message: "The video did not pass validation." })],
  ],
  [
    manager,
    "VideoStatusUpdated",
    { ...facts, status: "failed" },
    [report({ step: "status", state: "failed", message: "The video could not be processed." })],
  ],
  [
    "serverlessVideo.viewCounter",
    "ViewCountUpdated",
    { stream_id: "v_1", view_count: "7", channel_name: "ana" },
    set("views", 7),
  ],
  ["serverlessVideo.viewCounter", "ViewCountUpdated", { stream_id: "v_1", view_count: "many" }, []],
  ["serverlessVideo.plugin.profanity", "plugin-complete", { Message: {} }, []],
  ["serverlessVideo.Cognito", "BroadcastUserCreated", { id: "v_1", email: "ana@example.com" }, []],
  [manager, "VideoStatusUpdated", { ...facts, status: "dancing" }, []],
  [manager, "MP4ProcessingStarted", { id: "no id" }, []],
  [manager, "MP4ProcessingStarted", {}, []],
])("translates %s %s into what it means for a video", (source, type, detail, expected) => {
  const event = busEvent(source, type, detail, [lifeCycle]) as BusEvent;
  expect(producerOf(event)).toBe(serverlessVideo);
  const told = serverlessVideo.translate(event);
  expect(told).toEqual(expected);
  for (const one of told) {
    if (one.type === "Pair Told") continue;
    expect(JSON.stringify(one)).not.toMatch(/@|AQCk|secret/);
    const schema = one.type === "Facts Set" ? FactsSet : ProgressReported;
    expect(schema.safeParse(one.detail).error).toBeUndefined();
  }
});

/** All events about one video and two broadcasts of its channel: source, type, second and detail of each. */
const broadcast: readonly (readonly [string, string, number, object, string?])[] = [
  ["aws.ivs", recordings, 1, ivs("Recording Start", { stream_id: "v_0" })],
  [
    "serverlessVideo.viewCounter",
    "ViewCountUpdated",
    3,
    { stream_id: "v_0", view_count: 9, channel_name: "ana" },
  ],
  ["aws.ivs", recordings, 5, ivs("Recording End", { stream_id: "v_0" })],
  ["aws.ivs", recordings, 10, ivs("Recording Start")],
  [
    "serverlessVideo.viewCounter",
    "ViewCountUpdated",
    15,
    { stream_id: "v_1", view_count: 3, channel_name: "ana" },
  ],
  [
    "serverlessVideo.viewCounter",
    "ViewCountUpdated",
    30,
    { stream_id: "v_1", view_count: 2, channel_name: "ana" },
  ],
  ["aws.ivs", recordings, 40, ivs("Recording End", { recording_duration_ms: "30000" })],
  [manager, "MP4ProcessingStarted", 41, { id: "v_1", channel_name: "ana" }],
  [manager, "MP4ProcessingComplete", 44, { id: "v_1", channel_name: "ana", compute: "lambda" }],
  [manager, "recording-ready", 44, facts],
  [plugins, "LifeCycleStarted", 45, facts, lifeCycle],
  [plugins, "preValidate.duration", 46, hook, lifeCycle],
  [
    "serverlessVideo.plugin.duration_plugin",
    "plugin-complete",
    46,
    { TaskToken: hook.taskToken, Message: { valid: true } },
  ],
  [plugins, "postValidate.tags", 47, { ...hook, taskToken: "AQCkOther" }, lifeCycle],
  [
    "serverlessVideo.plugin.tags",
    "plugin-complete",
    48,
    { TaskToken: "AQCkOther", Message: { valid: false } },
  ],
  [plugins, "preMetadata.title", 49, { ...hook, taskToken: "AQCkNever" }, lifeCycle],
  [plugins, "Plugin failed", 60, { Message: "it failed", ExecutionId: lifeCycle }, lifeCycle],
  [plugins, "LifeCycleComplete", 61, { ...facts, plugins: {} }, lifeCycle],
  [manager, "VideoStatusUpdated", 62, { ...facts, status: "invalid" }],
  [
    "serverlessVideo.Cognito",
    "BroadcastUserCreated",
    63,
    { request: { userAttributes: { email: "ana@example.com" } } },
  ],
];

/** What viewers and owners see of video and channel once all of these events have come. */
async function mapsAfter(events: readonly BusEvent[]): Promise<string> {
  const stage = memoryStage();
  const ingest = ingestHandler({ app: stage.app, log: stage.ports.log });
  for (const event of events) await ingest(event);
  const maps = [];
  for (const subject of ["video/v_0", "video/v_1", "channel/ana"] as const)
    for (const channel of [watchChannel(subject), workChannel(subject)]) {
      const items = (await itemsOf(stage.ports, channel)).filter(({ value }) => value !== null);
      maps.push([
        channel,
        items.map(({ key, value }) => [key, value] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]);
    }
  return JSON.stringify(maps, null, 1);
}

it("shows the same in whatever order the events come, with duplicates, and never an address", async () => {
  const events = broadcast.map(([source, type, second, detail, execution], n) => ({
    ...(busEvent(source, type, detail, execution === undefined ? [] : [execution]) as BusEvent),
    id: `event-${n}`,
    time: new Date(at + second * 1000).toISOString().replace(".000", ""),
  }));
  const inOrder = await mapsAfter(events);
  expect(inOrder).not.toMatch(/@|AQCk/);
  for (const seen of [
    "plugin.preValidate.duration",
    "plugin.postValidate.tags",
    '"step": "plugins"',
    "fact/live",
    "fact/views",
  ])
    expect(inOrder).toContain(seen);
  for (let seed = 1; seed <= runs(100); seed++) {
    const random = seededRandom(seed);
    const shuffled = [...events, ...events.filter(() => random() < 0.3)]
      .map((event) => ({ event, place: random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ event }) => event);
    expect(await mapsAfter(shuffled), `seed ${seed}`).toBe(inOrder);
  }
});
