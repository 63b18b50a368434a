import { expect, it } from "vitest";
import { memoryFiles } from "../files/testing/memory-files.ts";
import { probe } from "./probe.ts";
import { sample } from "./testing/sample.ts";

const video = { bucket: "b", key: "videos/v_1/video.mp4" };
const captions = { bucket: "b", key: "videos/v_1/captions.vtt" };

it("finds the properties of a video without reading all of it", async () => {
  const files = memoryFiles();
  const talk = sample("talk.mp4");
  files.put(video, talk);
  expect(await probe(files, { video })).toEqual({
    container: "MP4",
    durationMs: 260_430,
    sizeBytes: talk.length,
    hasSound: true,
    width: 1280,
    height: 720,
    videoCodec: "avc",
    soundCodec: "aac",
    cues: null,
    skippedCues: null,
  });
  expect(files.bytesRead()).toBeLessThan(talk.length / 3);
});

it("takes the duration of an upload without a video from the last cue", async () => {
  const files = memoryFiles();
  files.put(captions, sample("talk.vtt"));
  expect(await probe(files, { video: null, captions })).toMatchObject({
    container: "WebVTT",
    durationMs: 260_080,
    hasSound: false,
    width: null,
    cues: 72,
  });
});

it.each([
  ["a text file with a video's name", "NotAnMp4", Buffer.from("hello ".repeat(100))],
  ["an empty file", "NotAnMp4", Buffer.alloc(0)],
  ["a video of which only the head arrived", "NotAnMp4", sample("talk.mp4").subarray(0, 900)],
])("refuses %s", async (_, name, bytes) => {
  const files = memoryFiles();
  files.put(video, bytes);
  await expect(probe(files, { video })).rejects.toMatchObject({ name });
});

it("names the first line that is not valid in captions", async () => {
  const files = memoryFiles();
  files.put(captions, "WEBVTT\n\n00:01 --> never\nHello");
  await expect(probe(files, { captions })).rejects.toMatchObject({
    name: "NotCaptions",
    message: expect.stringContaining("line 3: "),
  });
});

it("counts the captions that can be read, and those that cannot", async () => {
  const files = memoryFiles();
  files.put(captions, "WEBVTT\n\n00:01.000 --> never\nlost\n\n00:02.000 --> 00:03.000\nHello");
  expect(await probe(files, { captions })).toMatchObject({ cues: 1, skippedCues: 1, durationMs: 3000 });
});

it("refuses captions without text, oversized captions, and an upload that never came", async () => {
  const files = memoryFiles();
  files.put(captions, "WEBVTT\n");
  await expect(probe(files, { captions })).rejects.toMatchObject({ name: "EmptyCaptions" });
  files.put(captions, Buffer.alloc(5 * 1024 * 1024 + 1, 32));
  await expect(probe(files, { captions })).rejects.toMatchObject({ name: "TooLarge" });
  await expect(probe(files, { video })).rejects.toMatchObject({ name: "NothingUploaded" });
  await expect(probe(files, {})).rejects.toMatchObject({ name: "NothingUploaded" });
});

it("does not change an error of the bucket, so that it is tried again", async () => {
  const files = memoryFiles();
  files.put(video, sample("talk.mp4"));
  const broken = { ...files, read: () => Promise.reject(new Error("SlowDown")) };
  await expect(probe(broken, { video })).rejects.toThrow("SlowDown");
});
