import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import {
  awsSdk,
  bedrockTasks,
  createDynamodb,
  createEndpoint,
  createLambda,
  createS3,
  createStates,
  createTranscribe,
  dynamodbTasks,
  ecsTasks,
  eventsTasks,
  firstOf,
  httpTasks,
  type Integration,
  type IntegrationCall,
  lambdaTasks,
  memoryStore,
  type RunContainers,
  type StatusChangeEvent,
  virtualClock,
} from "@callboard/aws-local";
import { breakerKey, rowPrefix, tableDefinition } from "@callboard/functions/deployment";
import type { FeedbackRequested, ProgressReported } from "@callboard/protocol";
import { definition, samplePath } from "@callboard/video";
import { answerState } from "@callboard/video/answer-state";
import { prepareVideo, s3Intake, startVideo } from "@callboard/video/api";
import {
  bedrockLabel,
  converseStandIn,
  endpointLabel,
  invokeStandIn,
  modelEndpoint,
} from "@callboard/video/models";
import { createTaskFunctions } from "@callboard/video/tasks";
import { longTalk } from "@callboard/video/testing/long-talk.ts";
import { tableName } from "../table.ts";
import { rememberingCallboard } from "./remembering-callboard.ts";

const credentials = { accessKeyId: "callboard", secretAccessKey: "local-secret" };
const bucket = "media";
const connection = "arn:aws:events:us-east-1:000000000000:connection/models/1";

/**
 * A fault that a test injects: throws the failure of a call, answers instead of the service, or does nothing.
 */
export type Fault = (call: IntegrationCall) => unknown;

export interface StageOptions {
  readonly fault?: Fault;
  /**
   * The answers of the model outside AWS, one per request, instead of the stand-in's titles; the last one
   * repeats.
   */
  readonly said?: string | readonly string[];
  /** Whether a video that came with captions is transcribed as well. */
  readonly transcribeCaptioned?: "true" | "false";
  readonly transcribePollSeconds?: number;
  /** Replaces the work of a container; gets that work as an argument. */
  readonly container?: (task: Parameters<RunContainers>[0], work: RunContainers) => ReturnType<RunContainers>;
  /** A stage that names no image model and no model outside AWS. */
  readonly textModelAlone?: boolean;
}

/**
 * The workflow on the embedded services, with a bus that records events and passes them to a Callboard in
 * memory.
 */
export async function postProcessingStage(options: StageOptions = {}) {
  const {
    fault = () => undefined,
    said,
    transcribeCaptioned = "true",
    transcribePollSeconds = 1,
    textModelAlone,
    container = (task, work) => work(task),
  } = options;
  const clock = virtualClock(Date.now());
  const directory = await mkdtemp(join(tmpdir(), "callboard-post-processing-"));
  const kept = memoryStore();
  const s3 = createS3({ store: kept, directory: join(directory, "s3"), clock, credentials });
  const ended: StatusChangeEvent["detail"][] = [];
  const busy = new Set<Promise<unknown>>();
  const calls: IntegrationCall[] = [];
  const callboard = rememberingCallboard(clock);
  const { events } = callboard;

  /** Counts work outside the virtual clock, and lets the test break it. */
  const watched =
    (integration: Integration): Integration =>
    (call) => {
      calls.push(call);
      const work = (async () => {
        return fault(call) ?? integration(call);
      })();
      return working(work);
    };

  /** Counts work outside the virtual clock. */
  const working = <T>(work: Promise<T>): Promise<T> => {
    busy.add(work);
    work.finally(() => busy.delete(work)).catch(() => {});
    return work;
  };

  /** The work of the container on Fargate, in this process. */
  const work: RunContainers = ({ containers }) => {
    const { PREPARE_INPUT, TASK_TOKEN: taskToken } = containers[0]!.environment;
    const answered = answerState({ states: sfn, taskToken: taskToken!, every: () => () => {} }, () =>
      tasks.prepare(JSON.parse(PREPARE_INPUT!)),
    );
    return working(answered.then((end) => ({ exitCode: end === "done" ? 0 : 1 })));
  };

  const lambda = createLambda({ clock, store: kept, log: () => {} });
  const transcribe = createTranscribe({ objects: s3, clock, store: kept });
  const dynamodb = createDynamodb({ store: kept, clock });
  const put = async ({ Entries }: { Entries: readonly Record<string, unknown>[] }) => {
    for (const { DetailType, Detail, Source, EventBusName, Resources } of Entries) {
      if (Source !== "callboard.workflow" || EventBusName !== "callboard") throw new Error("another bus");
      callboard.event(String(DetailType), String(Detail), Resources as string[]);
    }
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: "1" })) };
  };
  const answers = said === undefined ? [] : [said].flat();
  const model: typeof fetch = (...request) => {
    const content = answers.length > 1 ? answers.shift() : answers[0];
    return content === undefined
      ? fetch(...request)
      : Promise.resolve(Response.json({ choices: [{ message: { role: "assistant", content } }] }));
  };
  const services = firstOf(
    dynamodbTasks(dynamodb.operations),
    eventsTasks(put),
    lambdaTasks(lambda),
    bedrockTasks(invokeStandIn, s3),
    awsSdk("bedrockruntime", "BedrockRuntime", { converse: converseStandIn }),
    httpTasks({ fetch: model, connectionOf: (arn) => (arn === connection ? {} : undefined), clock }),
    awsSdk("transcribe", "Transcribe", {
      startTranscriptionJob: transcribe.startTranscriptionJob,
      getTranscriptionJob: transcribe.getTranscriptionJob,
    }),
    ecsTasks({
      runnerOf: () => (task) => container(task, work),
      clock,
      onStopped: ({ Detail }) => void working(tasks.taskStopped({ detail: Detail })),
    }),
  );
  const states = createStates({
    clock,
    // Whole milliseconds between two attempts, as with real clocks.
    random: () => 0.5,
    // In memory: the virtual clock does not count the disk's time, and a state could time out during a write.
    store: kept,
    integrations: {
      find(resource, pattern) {
        const integration = services.find(resource, pattern);
        return integration && watched(integration);
      },
    },
    onStatusChange: ({ detail }) => {
      if (detail.status !== "RUNNING") ended.push(detail);
      callboard.changed(detail);
    },
  });
  const endpoint = await createEndpoint({
    port: 0,
    services: [s3, states, modelEndpoint],
  });
  const at = { endpoint: endpoint.url, region: "us-east-1", credentials };
  const client = new S3Client({ ...at, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" });
  const sfn = new SFNClient(at);
  const tasks = createTaskFunctions({ s3: client, sfn, now: () => clock.now() });
  lambda.register("probe", tasks.probe);
  lambda.register("prepare", tasks.prepare);
  lambda.register("read-transcript", tasks.readTranscript);
  lambda.register("store-avatar", tasks.storeAvatar);
  await s3.createBucket(bucket);
  const table = (operation: string, more: object) =>
    dynamodb.operations[operation]!({ TableName: tableName, ...more } as never) as Promise<object>;
  await table("CreateTable", tableDefinition);
  const keyOf = (model: string) => {
    const { pk, sk } = breakerKey(model);
    return { pk: { S: pk }, sk: { S: sk } };
  };
  const { stateMachineArn } = await states.operations.CreateStateMachine({
    name: "post-processing",
    roleArn: "arn:aws:iam::000000000000:role/local",
    definition: definition({
      BusName: "callboard",
      Bucket: bucket,
      TableName: tableName,
      BreakerPrefix: rowPrefix.breaker,
      ProbeFunction: "probe",
      PrepareFunction: "prepare",
      ReadTranscriptFunction: "read-transcript",
      TextModelId: "stand-in.text",
      TextModelLabel: bedrockLabel,
      ...(textModelAlone
        ? {}
        : {
            ImageModelId: "stand-in.image",
            StoreAvatarFunction: "store-avatar",
            ModelEndpoint: `${endpoint.url}/models/v1`,
            ModelName: "stand-in",
            ModelLabel: endpointLabel,
            ModelConnectionArn: connection,
          }),
      ClusterArn: "cluster",
      TaskDefinitionArn: "prepare",
      ContainerName: "prepare",
      Subnets: "subnet-1",
      SecurityGroups: "sg-1",
      TranscribePollSeconds: String(transcribePollSeconds),
      TranscribeCaptioned: transcribeCaptioned,
    }),
  });
  let ids = 0;
  const now = () => clock.now();
  const videos = { files: s3Intake(client, now), sfn, bucket, stateMachineArn, newId: () => `${++ids}`, now };
  /** Prepares an upload for Ana. */
  const prepare = (files: readonly { name: string; size: number }[]) =>
    prepareVideo(videos, { files: [...files], owner: "user/ana", mayWorkOn: () => true });

  /** Advances time, as fast as work outside the clock allows, until `read` finds something. */
  const until = async <T>(read: () => T | undefined, stepMs = 250): Promise<T> => {
    for (let turn = 0; turn < 4000; turn++) {
      const found = read();
      if (found !== undefined) return found;
      if (busy.size > 0) await Promise.race(busy).catch(() => {});
      else await clock.advance(stepMs);
    }
    throw new Error(`it never came; the last call was of ${calls.at(-1)?.stateName}`);
  };

  return {
    events,
    calls,
    clock,
    s3,
    prepare,
    sample: (name: Parameters<typeof samplePath>[0]) => readFile(samplePath(name)),
    /** Uploads files by signed URLs, as a browser does. */
    async upload(files: readonly { fileName: string; body: Buffer | string }[]): Promise<string> {
      const offered = files.map(({ fileName, body }) => ({ name: fileName, size: Buffer.byteLength(body) }));
      const prepared = await prepare(offered);
      if (prepared.kind !== "prepared") throw new Error(prepared.kind);
      for (const [n, { url, headers }] of prepared.uploads.entries()) {
        const { body } = files[n]!;
        const response = await fetch(url, {
          method: "PUT",
          headers,
          body: new Blob([body as Uint8Array<ArrayBuffer> | string]),
        });
        if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
      }
      return prepared.videoId;
    },
    start: (videoId: string, more: { answerSeconds?: number; owner?: string; lang?: "en" | "ja" } = {}) =>
      startVideo(videos, { videoId: videoId as `v_${string}`, owner: "user/ana", ...more }),
    /** The n-th question, from 1. */
    question: (n = 1) =>
      until(
        () =>
          events.filter(({ kind }) => kind === "Feedback Requested")[n - 1]?.detail as
            | FeedbackRequested
            | undefined,
      ),
    answer: ({ taskToken }: FeedbackRequested, reply: object) =>
      states.operations.SendTaskSuccess({ taskToken, output: JSON.stringify(reply) }),
    fail: ({ taskToken }: FeedbackRequested, error: string) =>
      states.operations.SendTaskFailure({ taskToken, error, cause: "the cause, for owners" }),
    /** The n-th end of the execution, from 1; a redrive adds one. */
    end: (n = 1, stepMs?: number) => until(() => ended[n - 1], stepMs),
    called: (name: string, times = 1, stepMs?: number) =>
      until(() => calls.filter(({ stateName }) => stateName === name)[times - 1], stepMs),
    /** How often each Task state has called its service. */
    counts: () => countBy(calls.map(({ stateName }) => stateName)),
    /**
     * A model's recent failures: their number in a row, and when its pause ends; undefined when it has no
     * row.
     */
    async breaker(model: string) {
      const { Item } = (await table("GetItem", { Key: keyOf(model) })) as {
        Item?: Record<"failures" | "until", { N: string }>;
      };
      return Item && { failures: Number(Item.failures.N), until: Number(Item.until.N) };
    },
    setBreaker: (model: string, failures: number, until: number) =>
      table("PutItem", {
        Item: { ...keyOf(model), failures: { N: `${failures}` }, until: { N: `${until}` } },
      }),
    stop: (executionArn: string) => states.operations.StopExecution({ executionArn }),
    redrive: (executionArn: string) => states.operations.RedriveExecution({ executionArn }),
    /** The last state of each step: the highest attempt counts, then the latest report. */
    steps(): Record<string, ProgressReported> {
      const last = new Map<string, ProgressReported>();
      for (const { kind, detail } of events) {
        if (kind !== "Progress Reported") continue;
        const report = detail as unknown as ProgressReported;
        const known = last.get(report.step);
        if (!known || report.attempt! >= known.attempt!) last.set(report.step, report);
      }
      return Object.fromEntries(last);
    },
    told: callboard.told,
    requests: callboard.requests,
    async strike() {
      await states.close();
      client.destroy();
      sfn.destroy();
      await endpoint.close();
      await s3.close();
    },
  };
}
export type PostProcessingStage = Awaited<ReturnType<typeof postProcessingStage>>;

/** Uploads the sample talk with its captions; returns the video's id. */
export async function uploadTalk(stage: PostProcessingStage): Promise<string> {
  return stage.upload([
    { fileName: "talk.mp4", body: await stage.sample("talk.mp4") },
    { fileName: "talk.vtt", body: await stage.sample("talk.vtt") },
  ]);
}

/** Uploads the sample talk as four times as long, with short captions; returns the video's id. */
export async function uploadLongTalk(stage: PostProcessingStage): Promise<string> {
  const captions = "WEBVTT\n\n00:00.000 --> 20:00.000\nA long talk about the task token of the workflow.\n";
  const long = longTalk(await stage.sample("talk.mp4"));
  return stage.upload([
    { fileName: "talk.mp4", body: long },
    { fileName: "talk.vtt", body: captions },
  ]);
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** A reply as the relay sends it to the execution. */
export const reply = (verb: string, more: object = {}) => ({
  requestId: "req_1",
  replyId: "r_1",
  verb,
  round: 1,
  by: { id: "user/ana", name: "Ana" },
  at: 1,
  ...more,
});
