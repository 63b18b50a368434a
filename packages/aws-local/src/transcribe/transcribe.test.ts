import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { memoryStore } from "../store/memory-store.ts";
import { createTranscribe } from "./transcribe.ts";

const VTT = "WEBVTT\n\n1\n00:00.000 --> 00:01.000\nGood <i>evening</i>.\n";

function bucket(objects: Record<string, string | Buffer>) {
  const held = new Map(Object.entries(objects).map(([key, body]) => [key, Buffer.from(body)]));
  return {
    held,
    text: (key: string) => held.get(key)?.toString(),
    read: async (_: string, key: string) => {
      const body = held.get(key);
      return body && { body };
    },
    write: async (_: string, key: string, body: string | Buffer) => void held.set(key, Buffer.from(body)),
  };
}

const job = {
  TranscriptionJobName: "talk-v_1-0",
  IdentifyLanguage: true,
  Media: { MediaFileUri: "s3://b/videos/v_1/sound.m4a" },
  OutputBucketName: "b",
  OutputKey: "transcripts/v_1/",
  Subtitles: { Formats: ["vtt"], OutputStartIndex: 1 },
};
const named = { TranscriptionJobName: job.TranscriptionJobName };

it("returns the captions next to the media as the subtitles of a job, which takes time", async () => {
  const clock = virtualClock();
  const objects = bucket({ "videos/v_1/captions.vtt": VTT });
  const transcribe = createTranscribe({ objects, clock, store: memoryStore() });
  await transcribe.startTranscriptionJob(job);
  await clock.advance(3999);
  expect(await transcribe.getTranscriptionJob(named)).toMatchObject({
    TranscriptionJob: { TranscriptionJobStatus: "IN_PROGRESS" },
  });
  expect(objects.held.size).toBe(1);
  await clock.advance(1);
  expect(await transcribe.getTranscriptionJob(named)).toMatchObject({
    TranscriptionJob: {
      TranscriptionJobStatus: "COMPLETED",
      Subtitles: {
        SubtitleFileUris: ["https://s3.us-east-1.amazonaws.com/b/transcripts/v_1/talk-v_1-0.vtt"],
      },
    },
  });
  expect(objects.text("transcripts/v_1/talk-v_1-0.vtt")).toBe(VTT);
  const transcript = JSON.parse(objects.text("transcripts/v_1/talk-v_1-0.json")!);
  expect(transcript.results.transcripts).toEqual([{ transcript: "Good evening." }]);
});

it("keeps the encoding of the words", async () => {
  const clock = virtualClock();
  const srt = Buffer.from("1\n00:00:00,000 --> 00:00:01,500\nD\xe9j\xe0\n", "latin1");
  const objects = bucket({ "videos/v_1/captions.srt": srt });
  const transcribe = createTranscribe({ objects, clock, store: memoryStore(), jobMs: 0 });
  await transcribe.startTranscriptionJob(job);
  await transcribe.getTranscriptionJob(named);
  expect(objects.held.get("transcripts/v_1/talk-v_1-0.vtt")?.toString("latin1")).toContain("D\xe9j\xe0");
});

it("turns SubRip into WebVTT", async () => {
  const clock = virtualClock();
  const objects = bucket({ "videos/v_1/captions.srt": "1\n00:00:00,000 --> 00:00:01,500\nTen, or so\n" });
  const transcribe = createTranscribe({ objects, clock, store: memoryStore(), jobMs: 0 });
  await transcribe.startTranscriptionJob(job);
  await transcribe.getTranscriptionJob(named);
  expect(objects.text("transcripts/v_1/talk-v_1-0.vtt")).toBe(
    "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.500\nTen, or so\n",
  );
});

it("fails a job whose media has no captions, and says why", async () => {
  const transcribe = createTranscribe({
    objects: bucket({}),
    clock: virtualClock(),
    store: memoryStore(),
    jobMs: 0,
  });
  await transcribe.startTranscriptionJob(job);
  expect(await transcribe.getTranscriptionJob(named)).toMatchObject({
    TranscriptionJob: {
      TranscriptionJobStatus: "FAILED",
      FailureReason: expect.stringContaining("captions.vtt or captions.srt"),
    },
  });
});

it("continues a job after its process was killed in the middle of it", async () => {
  const clock = virtualClock();
  const objects = bucket({ "videos/v_1/captions.vtt": VTT });
  const store = memoryStore();
  await createTranscribe({ objects, clock, store }).startTranscriptionJob(job);
  await clock.advance(5000);
  const left = store.fork();
  const second = createTranscribe({ objects, clock, store: left });
  await expect(second.startTranscriptionJob(job)).rejects.toMatchObject({ name: "ConflictException" });
  const completed = { TranscriptionJob: { TranscriptionJobStatus: "COMPLETED" } };
  expect(await second.getTranscriptionJob(named)).toMatchObject(completed);
  objects.held.clear();
  const third = createTranscribe({ objects, clock, store: left.fork() });
  expect(await third.getTranscriptionJob(named)).toMatchObject(completed);
  expect(objects.held.size).toBe(0);
});

it("starts one of two jobs of a name", async () => {
  const transcribe = createTranscribe({ objects: bucket({}), clock: virtualClock(), store: memoryStore() });
  const starts = [1, 2].map(() => transcribe.startTranscriptionJob(job));
  const outcomes = (await Promise.allSettled(starts)).map(({ status }) => status);
  expect(outcomes.sort()).toEqual(["fulfilled", "rejected"]);
});

it("fails temporarily while the store cannot write, and continues the same job afterwards", async () => {
  const clock = virtualClock();
  const store = memoryStore();
  const objects = bucket({ "videos/v_1/captions.vtt": VTT });
  const transcribe = createTranscribe({ objects, clock, store });
  const internal = { name: "InternalFailureException", status: 500 };
  store.fail("the disk is full");
  await expect(transcribe.startTranscriptionJob(job)).rejects.toMatchObject(internal);
  store.fail(undefined);
  await transcribe.startTranscriptionJob(job);
  await clock.advance(4000);
  store.fail("the disk is full");
  await expect(transcribe.getTranscriptionJob(named)).rejects.toMatchObject(internal);
  store.fail(undefined);
  expect(await transcribe.getTranscriptionJob(named)).toMatchObject({
    TranscriptionJob: { TranscriptionJobStatus: "COMPLETED" },
  });
});

it("deletes jobs after 90 days, also in the store", async () => {
  const clock = virtualClock();
  const store = memoryStore();
  const transcribe = createTranscribe({ objects: bucket({}), clock, store });
  await transcribe.startTranscriptionJob(job);
  await clock.advance(91 * 24 * 3_600_000);
  await expect(transcribe.getTranscriptionJob(named)).rejects.toMatchObject({ name: "BadRequestException" });
  await transcribe.startTranscriptionJob({ ...job, TranscriptionJobName: "another" });
  expect([...store.list({ prefix: ["transcribe"] })].map(([key]) => key.at(-1))).toEqual(["another"]);
  await transcribe.startTranscriptionJob(job);
});

it("refuses a job without a language, a name or media", async () => {
  const transcribe = createTranscribe({ objects: bucket({}), clock: virtualClock(), store: memoryStore() });
  const { IdentifyLanguage: _, ...silent } = job;
  for (const bad of [silent, { ...job, TranscriptionJobName: "a b" }, { ...job, Media: {} }])
    await expect(transcribe.startTranscriptionJob(bad)).rejects.toMatchObject({
      name: "BadRequestException",
    });
});
