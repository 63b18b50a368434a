import { readFileSync, writeFileSync } from "node:fs";
import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { PNG } from "pngjs";
import { beforeAll, expect, it } from "vitest";
import { memoryFiles } from "../files/memory-files.fixture.ts";
import { sample } from "./sample.fixture.ts";
import { createTaskFunctions, type TaskFunctions } from "./task-functions.ts";

/** Written anew by `CALLBOARD_WRITE_CALLS=1`; tests/stacks holds what a stage's roles allow against it. */
const calls = new URL("./recorded-calls.json", import.meta.url);

/** A call as IAM judges it, with the object or the events that it names. */
interface IamCall {
  readonly action: string;
  readonly of?: string;
  readonly events?: readonly string[];
}

/** Clients whose every call is noted; objects are kept in memory. */
function recordingClients(noted: IamCall[]) {
  const files = memoryFiles();
  const note = (call: IamCall) => {
    const folderOf = ({ of }: IamCall) => of?.slice(0, of.indexOf("/"));
    const isAlike = (one: IamCall) =>
      one.action === call.action &&
      one.events?.join() === call.events?.join() &&
      folderOf(one) === folderOf(call);
    if (!noted.some(isAlike)) noted.push(call);
  };
  const s3 = {
    async send(command: unknown) {
      const { Bucket: bucket, Key: key } = (command as GetObjectCommand).input;
      const file = { bucket: bucket!, key: key! };
      if (command instanceof HeadObjectCommand) {
        // To be told of one that is missing takes the right to list.
        note({ action: "s3:GetObject", of: file.key });
        note({ action: "s3:ListBucket" });
        const size = await files.size(file);
        if (size === undefined) throw new NotFound({ $metadata: {}, message: "none" });
        return { ContentLength: size };
      }
      if (command instanceof GetObjectCommand) {
        note({ action: "s3:GetObject", of: file.key });
        const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(command.input.Range!)!;
        const bytes = await files.read(file, Number(start), Number(end) + 1);
        return { Body: { transformToByteArray: async () => bytes } };
      }
      if (command instanceof PutObjectCommand) {
        note({ action: "s3:PutObject", of: file.key });
        return files.write(file, command.input.Body as Uint8Array, command.input.ContentLength!, "");
      }
      if (command instanceof DeleteObjectCommand) {
        note({ action: "s3:DeleteObject", of: file.key });
        return files.remove(file);
      }
      throw new Error("nobody knows how IAM judges it");
    },
  } as unknown as S3Client;
  const bus = {
    async send(command: unknown) {
      if (!(command instanceof PutEventsCommand)) throw new Error("nobody knows how IAM judges it");
      const events = command.input.Entries!.map(({ Source, DetailType }) => `${Source}: ${DetailType}`);
      note({ action: "events:PutEvents", events });
      return {};
    },
  } as unknown as EventBridgeClient;
  return { files, s3, bus };
}

const video = { bucket: "b", key: "videos/v_1/video.mp4" };
const captions = { bucket: "b", key: "videos/v_1/captions.vtt" };
const transcript = { bucket: "b", key: "transcripts/v_1/run.vtt" };
const answer = { bucket: "b", key: "avatars/v_1/run.json" };
const picture = PNG.sync.write(new PNG({ width: 4, height: 2 })).toString("base64");

/** Each task as the state machine invokes it, and once more for what is missing. */
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
    const input = { bucket: "b", from: answer.key, to: "avatars/v_1/run.png" };
    await storeAvatar(input);
    // Its answer is gone: an earlier try has done it.
    await storeAvatar(input);
  },
};

const recorded: Record<string, { invoke: IamCall[] }> = {};
beforeAll(async () => {
  for (const [name, run] of Object.entries(tasks)) {
    const noted: IamCall[] = [];
    const { files, s3, bus } = recordingClients(noted);
    files.put(video, sample("talk.mp4"));
    files.put(captions, sample("talk.vtt"));
    files.put(transcript, sample("talk.vtt"));
    files.put(answer, JSON.stringify({ images: [picture] }));
    let now = 0;
    await run(createTaskFunctions({ s3, progress: { bus, busName: "bus" }, now: () => (now += 3000) }));
    recorded[name] = { invoke: noted.sort((a, b) => (a.action < b.action ? -1 : 1)) };
  }
}, 60_000);

it("calls with these objects, of which the roles of a deployment are made sure", () => {
  if (process.env.CALLBOARD_WRITE_CALLS) writeFileSync(calls, `${JSON.stringify(recorded, null, 2)}\n`);
  expect(recorded).toEqual(JSON.parse(readFileSync(calls, "utf8")));
});

it("has every task gone through", () => {
  const names = Object.keys(createTaskFunctions({ s3: {} as S3Client, now: () => 0 }));
  expect(
    Object.keys(tasks)
      .map((name) => name[0]!.toLowerCase() + name.slice(1))
      .sort(),
  ).toEqual(names.sort());
});
