import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import {
  createEndpoint,
  createS3,
  createStates,
  memoryStore,
  systemClock,
  tasks,
} from "@callboard/aws-local";
import type { Caller } from "@callboard/functions/http";
import { httpEvent } from "@callboard/functions/testing/http-events.ts";
import type { PreparedVideo } from "@callboard/protocol";
import { executionArnOf } from "../api/start.ts";
import { createVideos } from "../api/videos.ts";
import { samplePath, samples } from "../definition.ts";

const credentials = { accessKeyId: "callboard", secretAccessKey: "local-secret" };
const bucket = "media";
/** Far in the future: the caller's token does not expire in these tests unless they say so. */
const expiresAt = Date.UTC(2090, 0, 1);

export const maker: Caller = { id: "ana", name: "Ana", roles: [], capabilities: ["work:video/*"], expiresAt };
export const other: Caller = { ...maker, id: "bob", name: "Bob" };
export const viewer: Caller = { ...maker, id: "vic", name: "Vic", capabilities: ["watch:*", "work:order/*"] };
export const guest: Caller = { ...maker, id: "guest-1", capabilities: ["watch:*"], guest: true };

/**
 * The function on the embedded storage and Step Functions. Its state machine waits, or fails at once for captions named
 * `fail.vtt`. Time advances only on request. With `lacks`, the function gets the names of a bucket and a state machine
 * that do not exist.
 */
export async function videosStage({ lacks = false } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "callboard-videos-"));
  const store = memoryStore();
  const objects = createS3({ store, directory, clock: systemClock, credentials, log: () => {} });
  const states = createStates({ clock: systemClock, store, integrations: tasks([], {}) });
  const endpoint = await createEndpoint({ port: 0, services: [objects, states] });
  const at = { endpoint: endpoint.url, region: "us-east-1", credentials };
  const s3 = new S3Client({ ...at, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" });
  const sfn = new SFNClient(at);
  await objects.createBucket(bucket);
  /** The AWS call that fails next, and whether it takes effect nevertheless. */
  let fault: { readonly command: string; readonly at: "before" | "after" } | undefined;
  /** Every command that was sent, and every one that was signed for someone else. */
  const commands: { readonly name: string; readonly input: object }[] = [];
  for (const client of [s3, sfn])
    (client.middlewareStack as unknown as S3Client["middlewareStack"]).add(
      (next, { commandName }) =>
        async (args) => {
          commands.push({ name: commandName!, input: args.input });
          const due = fault && fault.command === commandName ? fault.at : undefined;
          if (due) fault = undefined;
          if (due === "before") throw new Error("the call was not made");
          const answer = await next(args);
          if (due === "after") throw new Error("the answer was lost");
          return answer;
        },
      { step: "initialize" },
    );
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: "videos",
      definition: JSON.stringify({
        StartAt: "Look",
        States: {
          Look: {
            Type: "Choice",
            Choices: [{ Variable: "$.captions.fileName", StringEquals: "fail.vtt", Next: "Give up" }],
            Default: "Wait",
          },
          Wait: { Type: "Wait", Seconds: 3600, End: true },
          "Give up": { Type: "Fail" },
        },
      }),
      roleArn: "arn:aws:iam::000000000000:role/videos",
    }),
  );
  let now = Date.now();
  let ids = 0;
  const lines: string[] = [];
  const handler = createVideos({
    s3,
    sfn,
    bucket: lacks ? "nowhere" : bucket,
    stateMachineArn: lacks ? "nothing" : stateMachineArn!,
    sample: (lang) =>
      Promise.all(
        samples[lang].map(async ({ fileName, file }) => ({
          fileName,
          bytes: await readFile(samplePath(file)),
        })),
      ),
    newId: () => `n${++ids}`,
    clock: { now: () => now },
    log: { info() {}, metric() {}, warn: (line) => void lines.push(line) },
  });

  /** Sends a request and parses its answer. */
  async function send(method: string, path: string, body?: unknown, caller: Caller | undefined = maker) {
    const {
      statusCode,
      headers = {},
      body: text = "{}",
    } = await handler(httpEvent(caller, { method, path, body }));
    return { status: statusCode, headers, body: JSON.parse(text) as never };
  }
  const post = (path: string, body: unknown = {}, caller?: Caller) => send("POST", path, body, caller);

  return {
    handler,
    lines,
    commands,
    send,
    post,
    list: async (caller?: Caller) =>
      (
        (await send("GET", "/videos", undefined, caller)).body as {
          videos: { videoId: string; name: string; video?: { url: string }; captions?: { url: string } }[];
        }
      ).videos,
    /** Prepares captions, uploads them as a browser does, and returns the video's id. */
    async upload(more: object = {}, caller?: Caller): Promise<string> {
      const { body } = await post("/videos", { files: [{ name: "a.vtt", size: 6 }], ...more }, caller);
      const { videoId, uploads } = body as PreparedVideo;
      for (const { url, headers } of uploads) await fetch(url, { method: "PUT", headers, body: "WEBVTT" });
      return videoId;
    },
    /** The input of a video's execution. */
    input: async (videoId: string) => {
      const executionArn = executionArnOf(stateMachineArn!, videoId as `v_${string}`);
      return JSON.parse((await sfn.send(new DescribeExecutionCommand({ executionArn }))).input!) as object;
    },
    executions: async () =>
      (await sfn.send(new ListExecutionsCommand({ stateMachineArn: stateMachineArn! }))).executions!.map(
        ({ name, status }) => [name, status],
      ),
    keys: async (prefix: string) =>
      ((await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))).Contents ?? []).map(
        ({ Key }) => Key!,
      ),
    /** Makes the next call of a command fail: before it takes effect, or after. */
    inject(command: string, at: "before" | "after") {
      fault = { command, at };
    },
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    async close() {
      s3.destroy();
      sfn.destroy();
      await states.close();
      await endpoint.close();
      await objects.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
