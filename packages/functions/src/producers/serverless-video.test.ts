import type { BusEvent } from "@callboard/protocol";
import { ProgressReported } from "@callboard/protocol";
import { expect, it } from "vitest";
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

it.each<[string, string, object, object | undefined]>([
  [
    "aws.ivs",
    "IVS Recording State Change",
    { recording_status: "Recording Start", stream_id: "v_1" },
    { step: "recording", state: "started" },
  ],
  [
    "aws.ivs",
    "IVS Recording State Change",
    { recording_status: "Recording End", stream_id: "v_1", recording_duration_ms: 61_000 },
    { step: "recording", state: "succeeded", data: { durationMs: 61_000 } },
  ],
  [
    "aws.ivs",
    "IVS Recording State Change",
    { recording_status: "Recording Start Failure", stream_id: "v_1" },
    { step: "recording", state: "failed", message: "The recording failed." },
  ],
  [manager, "MP4ProcessingStarted", { id: "v_1", channel_name: "ana" }, { step: "mp4", state: "started" }],
  [
    manager,
    "MP4ProcessingComplete",
    { id: "v_1", compute: "ecs" },
    { step: "mp4", state: "succeeded", data: { compute: "ecs" } },
  ],
  [manager, "recording-ready", facts, { step: "ready", state: "succeeded", data }],
  [plugins, "LifeCycleStarted", facts, { step: "lifecycle", state: "started" }],
  [plugins, "preValidate.profanity", hook, { step: "plugin.preValidate.profanity", state: "started" }],
  [plugins, "LifeCycleComplete", { ...facts, plugins: {} }, { step: "lifecycle", state: "succeeded" }],
  [
    manager,
    "VideoStatusUpdated",
    { ...facts, status: "valid" },
    { step: "status", state: "succeeded", message: "The video is published.", data },
  ],
  [
    manager,
    "VideoStatusUpdated",
    { ...facts, status: "invalid" },
    { step: "status", state: "failed", message: "The video did not pass validation." },
  ],
  [
    manager,
    "VideoStatusUpdated",
    { ...facts, status: "failed" },
    { step: "status", state: "failed", message: "The video could not be processed." },
  ],
  [
    "serverlessVideo.viewCounter",
    "ViewCountUpdated",
    { stream_id: "v_1", view_count: 7, channel_name: "ana" },
    { step: "viewers", state: "running", data: { viewers: 7 } },
  ],
  [plugins, "Plugin failed", { Message: "it failed", ExecutionId: "e1" }, undefined],
  ["serverlessVideo.plugin.profanity", "plugin-complete", { TaskToken: "AQCk", Message: {} }, undefined],
  ["serverlessVideo.Cognito", "BroadcastUserCreated", { id: "v_1", email: "ana@example.com" }, undefined],
  [manager, "VideoStatusUpdated", { ...facts, status: "dancing" }, undefined],
  [manager, "MP4ProcessingStarted", { id: "no id" }, undefined],
  [manager, "MP4ProcessingStarted", {}, undefined],
])("takes %s %s for what it tells of a video", (source, type, detail, step) => {
  const event = busEvent(source, type, detail) as BusEvent;
  expect(producerOf(event)).toBe(serverlessVideo);
  const told = serverlessVideo.translate(event);
  expect(told).toEqual(step && { type: "Progress Reported", detail: { subject: "video/v_1", at, ...step } });
  expect(JSON.stringify(told ?? "")).not.toMatch(/@|AQCk|secret/);
  if (told) expect(ProgressReported.safeParse(told.detail).success).toBe(true);
});
