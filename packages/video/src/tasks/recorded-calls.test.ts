import { readFileSync } from "node:fs";
import type { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  type DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { PNG } from "pngjs";
import { beforeAll, expect, it } from "vitest";
import { answerState } from "../container/answer-state.ts";
import { TASK_TOKEN } from "../definition.ts";
import { memoryFiles } from "../files/testing/memory-files.ts";
import { type IamCall, iamCallsOf, inOrder, noteCall, writeRecording } from "../testing/iam-calls.ts";
import { createTaskFunctions, type TaskFunctions } from "./task-functions.ts";
import { sample } from "./testing/sample.ts";

/** `CALLBOARD_WRITE_CALLS=1` writes it again; tests/stacks compares it with what a stage's roles allow. */
const calls = new URL("./recorded-calls.json", import.meta.url);

/** Clients that record every call; objects are kept in memory. */
function recordingClients(noted: IamCall[]) {
  const files = memoryFiles();
  const note = (command: object & { readonly input: object }) => {
    for (const call of iamCallsOf(command.constructor.name, command.input)) noteCall(noted, call);
  };
  const s3 = {
    async send(command: HeadObjectCommand | GetObjectCommand | PutObjectCommand | DeleteObjectCommand) {
      note(command);
      const { Bucket: bucket, Key: key } = command.input;
      const file = { bucket: bucket!, key: key! };
      if (command instanceof HeadObjectCommand) {
        const size = await files.size(file);
        if (size === undefined) throw new NotFound({ $metadata: {}, message: "none" });
        return { ContentLength: size };
      }
      if (command instanceof GetObjectCommand) {
        const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(command.input.Range!)!;
        const bytes = await files.read(file, Number(start), Number(end) + 1);
        return { Body: { transformToByteArray: async () => bytes } };
      }
      if (command instanceof PutObjectCommand)
        return files.write(file, command.input.Body as Uint8Array, command.input.ContentLength!, "");
      return files.remove(file);
    },
  } as unknown as S3Client;
  const bus = {
    async send(command: PutEventsCommand) {
      note(command);
      return {};
    },
  } as unknown as EventBridgeClient;
  const sfn = {
    async send(command: object & { readonly input: object }) {
      note(command);
      return {};
    },
  } as unknown as SFNClient;
  return { files, s3, bus, sfn };
}

const video = { bucket: "b", key: "videos/v_1/video.mp4" };
const captions = { bucket: "b", key: "videos/v_1/captions.vtt" };
const transcript = { bucket: "b", key: "transcripts/v_1/run.vtt" };
const answer = { bucket: "b", key: "avatars/v_1/run.json" };
const picture = PNG.sync.write(new PNG({ width: 4, height: 2 })).toString("base64");

/** Each task as the state machine invokes it, and once more with missing objects. */
const tasks: Readonly<Record<string, (functions: TaskFunctions) => Promise<unknown>>> = {
  async Probe({ probe }) {
    await probe({ video, captions });
    await expect(probe({ video: { ...video, key: "videos/none" } })).rejects.toThrow();
  },
  async Prepare({ prepare }) {
    const progress = { subject: "video/v_1", step: "compute", execution: "e1", attempt: 1 };
    await prepare({ video, outputPrefix: "videos/v_1/", progress });
  },
  async ReadTranscript({ readTranscript }) {
    await readTranscript({ uri: `s3://b/${captions.key}` });
    await readTranscript({ uri: `s3://b/${transcript.key}` });
  },
  async StoreAvatar({ storeAvatar }) {
    const input = { bucket: "b", from: answer.key, to: "avatars/v_1/run" };
    await storeAvatar(input);
    // The model's answer is gone: an earlier attempt has done the work.
    await storeAvatar(input);
  },
  async TaskStopped({ taskStopped }) {
    const environment = [{ name: TASK_TOKEN, value: "token" }];
    await taskStopped({ detail: { overrides: { containerOverrides: [{ environment }] } } });
  },
};

/** The calls of the container other than its work: how it answers the waiting state. */
async function callsOfContainer(): Promise<IamCall[]> {
  const noted: IamCall[] = [];
  const parts = { states: recordingClients(noted).sfn, taskToken: "token", every: () => () => {} };
  await answerState(parts, async () => {});
  await answerState(parts, async () => {
    throw new Error("failed");
  });
  return noted;
}

const recorded: Record<string, { invoke: IamCall[] }> = {};
beforeAll(async () => {
  for (const [name, run] of Object.entries(tasks)) {
    const noted: IamCall[] = [];
    const { files, s3, bus, sfn } = recordingClients(noted);
    files.put(video, sample("talk.mp4"));
    files.put(captions, sample("talk.vtt"));
    files.put(transcript, sample("talk.vtt"));
    files.put(answer, JSON.stringify({ images: [picture] }));
    let now = 0;
    await run(createTaskFunctions({ s3, sfn, progress: { bus, busName: "bus" }, now: () => (now += 3000) }));
    recorded[name] = { invoke: inOrder(noted) };
  }
  recorded.PrepareLong = { invoke: inOrder(await callsOfContainer()) };
}, 60_000);

it("makes calls for these objects, which the policies of a deployment are checked against", () => {
  writeRecording(calls, recorded);
  expect(recorded).toEqual(JSON.parse(readFileSync(calls, "utf8")));
});

it("covers every task", () => {
  const names = Object.keys(createTaskFunctions({ s3: {} as S3Client, sfn: {} as SFNClient, now: () => 0 }));
  expect(
    Object.keys(tasks)
      .map((name) => name[0]!.toLowerCase() + name.slice(1))
      .sort(),
  ).toEqual(names.sort());
});
