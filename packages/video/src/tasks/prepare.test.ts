import { expect, it } from "vitest";
import { memoryFiles } from "../files/testing/memory-files.ts";
import { prepare } from "./prepare.ts";
import { probe } from "./probe.ts";
import { sample } from "./testing/sample.ts";

const video = { bucket: "b", key: "videos/v_1/video.mp4" };
const input = { video, outputPrefix: "videos/v_1/" };
const sound = { bucket: "b", key: "videos/v_1/sound.m4a" };

it("extracts the sound unchanged, and writes the properties of the tracks", async () => {
  const files = memoryFiles();
  files.put(video, sample("talk.mp4"));
  const percents: number[] = [];
  const summary = await prepare(files, input, (percent) => percents.push(percent));
  expect(summary).toMatchObject({
    video: { codec: "avc", width: 1280, height: 720, frames: 2604 },
    sound: { codec: "aac", channels: 1, sampleRate: 44100 },
  });
  expect(await probe(files, { video: sound })).toMatchObject({ durationMs: 260_430, soundCodec: "aac" });
  expect(files.get(sound)!.length).toBeLessThan(sample("talk.mp4").length);
  const written = files.get({ bucket: "b", key: "videos/v_1/summary.json" })!;
  expect(JSON.parse(written.toString())).toEqual(summary);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(percents.at(-1)).toBe(99);
});

it("writes the same files when it is repeated", async () => {
  const files = memoryFiles();
  files.put(video, sample("talk.mp4"));
  await prepare(files, input);
  const first = files.get(sound)!;
  await prepare(files, input);
  expect(files.get(sound)!.length).toBe(first.length);
});

it("recognizes a video that was cut off in the upload", async () => {
  const files = memoryFiles();
  const talk = sample("talk.mp4");
  files.put(video, talk.subarray(0, Math.floor(talk.length * 0.7)));
  await expect(probe(files, { video })).resolves.toMatchObject({ durationMs: 260_430 });
  await expect(prepare(files, input)).rejects.toMatchObject({ name: "NotAnMp4" });
  expect(files.get(sound)).toBeUndefined();
});
