import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DescribeExecutionCommand, ListExecutionsCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { credentials, lifecycleArn, region, tableName } from "@callboard/dev";
import { pluginRow } from "@callboard/functions/deployment";
import { limits } from "@callboard/protocol";
import type { RegisteredPlugin } from "@callboard/video/plugins";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { awsCommandsOf, runAwsCommand } from "./aws-command.ts";
import { type CaughtEvent, catchEvents } from "./default-bus.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let asked: () => Promise<CaughtEvent[]>;
let told: () => Promise<CaughtEvent[]>;
beforeAll(async () => {
  stage = await openStage();
  asked = await catchEvents(stage.aws, "asked", {
    source: ["serverlessVideo.pluginManager"],
    "detail-type": [{ prefix: "pre" }, { prefix: "post" }],
  });
  told = await catchEvents(stage.aws, "told", {
    source: ["serverlessVideo.pluginManager", "serverlessVideo.videoManager"],
    "detail-type": ["LifeCycleStarted", "LifeCycleComplete", "VideoStatusUpdated"],
  });
});
afterAll(() => stage.close());
beforeEach(() => register());

/** Replaces the registry's plugins by these. */
async function register(...plugins: (Partial<RegisteredPlugin> & { name: string })[]): Promise<void> {
  const { documents } = stage.aws;
  for (const hook of ["preValidate", "postValidate", "preMetadata", "postMetadata"]) {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": `HOOK#${hook}` },
      }),
    );
    for (const { pk, sk } of Items)
      await documents.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
  }
  for (const [n, plugin] of plugins.entries()) {
    const usual = { hook: "preValidate", order: n, required: true, timeoutSeconds: 60 } as const;
    await documents.send(new PutCommand({ TableName: tableName, Item: pluginRow({ ...usual, ...plugin }) }));
  }
}

/** ServerlessVideo's event that a recording is ready. */
const ready = (id: string, more: object = {}) =>
  stage.aws.put(
    "recording-ready",
    [
      {
        id,
        recording_status: "Recording Ready",
        recording_s3_key_prefix: `ivs/v1/${id}`,
        channel_name: "channel",
        author: "ana",
        createdAt: "2026-01-01T00:00:00Z",
        durationmillis: 60_000,
        thumbnail: "https://cdn.example/t.jpg",
        playback_url: "https://cdn.example/p.m3u8",
        stream_url: "https://cdn.example/s.m3u8",
        height: 720,
        width: 1280,
        ...more,
      },
    ],
    { bus: "default", source: "serverlessVideo.videoManager" },
  );

/** Answers as a plugin does, on the default bus. */
const complete = (name: string, TaskToken: string, Message: unknown) =>
  stage.aws.put("plugin-complete", [{ TaskToken, Message }], {
    bus: "default",
    source: `serverlessVideo.plugin.${name}`,
  });

/** The n-th event that asks a plugin about a video. */
const turnOf = (id: string, name: string, nth = 1): Promise<CaughtEvent> =>
  eventually(
    async () =>
      (await asked()).filter(
        (event) => event.detail.video.id === id && event["detail-type"].endsWith(`.${name}`),
      )[nth - 1]!,
  );

/** The reported end of a life cycle; nothing comes after it. */
async function endOf(id: string): Promise<CaughtEvent[]> {
  const of = async () => (await told()).filter(({ detail }) => detail.id === id);
  await eventually(async () => (await of()).some((event) => event["detail-type"] === "VideoStatusUpdated"));
  await stage.settled();
  return (await of()).filter((event) => event["detail-type"] !== "LifeCycleStarted");
}
const statusOf = async (id: string) => {
  const ends = await endOf(id);
  expect(ends.map((event) => event["detail-type"]).sort()).toEqual([
    "LifeCycleComplete",
    "VideoStatusUpdated",
  ]);
  const [complete] = ends.filter((event) => event["detail-type"] === "LifeCycleComplete");
  const [status] = ends.filter((event) => event["detail-type"] === "VideoStatusUpdated");
  expect(status!.detail).toEqual({ ...complete!.detail, status: status!.detail.status });
  return status!.detail;
};

/** The status of a video's life cycle. */
async function executionOf(id: string): Promise<string> {
  const { sfn } = stage.aws;
  return eventually(async () => {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: lifecycleArn, maxResults: 50 }),
    );
    for (const { executionArn } of executions) {
      const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      const { source, detail } = JSON.parse(input!);
      if (source !== "aws.states" && detail.id === id) return executionArn!;
    }
    return "";
  });
}

/** The plugin of docs/plugins.md, unchanged, in a file of its own. */
async function documentedPlugin(): Promise<(event: CaughtEvent) => Promise<void>> {
  const text = await readFile(new URL("../../docs/plugins.md", import.meta.url), "utf8");
  const [, code] = /```js plugin\n([\s\S]*?)```/.exec(text)!;
  const folder = await mkdtemp(fileURLToPath(new URL("../../node_modules/.cache/plugin-", import.meta.url)));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "plugin.mjs");
  await writeFile(file, code!);
  // The variables that Lambda sets, and `AWS_ENDPOINT_URL` for this machine.
  const environment = {
    AWS_ENDPOINT_URL: stage.callboard.addresses.aws,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return (await import(file)).handler;
}

/** A plugin that was written for ServerlessVideo: it uses the SDK and one event, and nothing of Callboard. */
async function durationChecker(event: CaughtEvent): Promise<void> {
  const valid =
    event.detail.video.durationmillis > 10_000
      ? { valid: true }
      : { valid: false, reason: "video is too short" };
  const entry = {
    Source: "serverlessVideo.plugin.duration_plugin",
    DetailType: "plugin-complete",
    EventBusName: "default",
    Detail: JSON.stringify({ TaskToken: event.detail.taskToken, Message: valid }),
  };
  await stage.aws.bus.send(new PutEventsCommand({ Entries: [entry] }));
}

it("asks a plugin that was written for ServerlessVideo, from recording-ready to the status", async () => {
  await register({ name: "duration_plugin" });
  const view = stage.person("vic", "viewer").channel("watch:video/sv1");
  await ready("sv1");
  const turn = await turnOf("sv1", "duration_plugin");
  expect(turn).toMatchObject({ source: "serverlessVideo.pluginManager" });
  expect(turn["detail-type"]).toBe("preValidate.duration_plugin");
  expect(turn.detail).toEqual({
    video: {
      id: "sv1",
      channel: "channel",
      author: { username: "ana" },
      createdAt: "2026-01-01T00:00:00Z",
      durationmillis: 60_000,
      thumbnail: "https://cdn.example/t.jpg",
      playbackUrl: "https://cdn.example/p.m3u8",
      streamUrl: "https://cdn.example/s.m3u8",
      recording_s3_key_prefix: "ivs/v1/sv1",
    },
    taskToken: expect.stringMatching(/^[\w-]+\.[\w-]{43}$/),
  });
  await durationChecker(turn);
  expect(await statusOf("sv1")).toEqual({
    id: "sv1",
    recording_status: "Recording Ready",
    channel_name: "channel",
    author: { username: "ana" },
    createdAt: "2026-01-01T00:00:00Z",
    durationmillis: 60_000,
    thumbnail: "https://cdn.example/t.jpg",
    playback_url: "https://cdn.example/p.m3u8",
    stream_url: "https://cdn.example/s.m3u8",
    height: 720,
    width: 1280,
    plugins: { preValidate: [{ OutputKey: "plugin-duration_plugin", OutputValue: { valid: true } }] },
    pluginLifecycleWorkflowExecutionId: await executionOf("sv1"),
    status: "valid",
  });
  const stateOf = (step: string) =>
    [...view.items.values()].find(({ key }) => key.startsWith("step/") && key.endsWith(`/${step}`))?.value;
  await until(view, () => (stateOf("status") as { state?: string } | undefined)?.state === "succeeded");
  expect(stateOf("plugin.preValidate.duration_plugin")).toMatchObject({ state: "succeeded" });
  expect(stateOf("lifecycle")).toMatchObject({ state: "succeeded" });
  expect([...view.items.keys()].filter((key) => /^(request|waiting)/.test(key))).toEqual([]);
});

it("asks the plugin of docs/plugins.md, unchanged", async () => {
  const page = await readFile(new URL("../../docs/plugins.md", import.meta.url), "utf8");
  const [, registry] = /## The registry\n.*?```sh\n(.*?)```/s.exec(page)!;
  for (const command of awsCommandsOf(registry!))
    await runAwsCommand(stage.callboard.addresses.aws, command.replace('"$TABLE"', tableName));
  const handler = await documentedPlugin();
  for (const [id, durationmillis, status] of [
    ["long", 60_000, "valid"],
    ["brief", 5000, "invalid"],
  ] as const) {
    await ready(id, { durationmillis });
    await handler(await turnOf(id, "length"));
    expect((await statusOf(id)).status).toBe(status);
  }
});

it("makes a video invalid if a validating plugin says so, and asks no further plugin", async () => {
  await register({ name: "duration_plugin", required: false }, { name: "later" });
  await ready("short", { durationmillis: 9000 });
  await durationChecker(await turnOf("short", "duration_plugin"));
  expect(await statusOf("short")).toMatchObject({
    status: "invalid",
    plugins: {
      status: "invalid",
      cause: "plugin-duration_plugin",
      reason: "video is too short",
      preValidate: [{ OutputValue: { valid: false, reason: "video is too short" } }],
    },
  });
  expect((await asked()).filter(({ detail }) => detail.video.id === "short")).toHaveLength(1);
});

it("passes on the plugins' answers in order, and leaves out one that fails", async () => {
  await register(
    { name: "first" },
    { name: "fails", required: false, order: 5 },
    { name: "second", hook: "postValidate" },
    { name: "tags", hook: "postMetadata" },
  );
  await ready("chain");
  const first = await turnOf("chain", "first");
  expect(first.detail).not.toHaveProperty("pluginData");
  await complete("first", first.detail.taskToken, { valid: true, n: 1 });
  const fails = await turnOf("chain", "fails");
  const known = [{ OutputKey: "plugin-first", OutputValue: { valid: true, n: 1 } }];
  expect(fails.detail.pluginData).toEqual({ preValidate: known });
  await complete("fails", fails.detail.taskToken, { failed: true, reason: "out of order" });
  await complete("second", (await turnOf("chain", "second")).detail.taskToken, "as text");
  const tags = await turnOf("chain", "tags");
  const both = {
    preValidate: known,
    postValidate: [{ OutputKey: "plugin-second", OutputValue: "as text" }],
  };
  expect(tags.detail.pluginData).toEqual(both);
  await complete("tags", tags.detail.taskToken, { tags: ["a"] });
  expect(await statusOf("chain")).toMatchObject({
    status: "valid",
    plugins: { ...both, postMetadata: [{ OutputKey: "plugin-tags", OutputValue: { tags: ["a"] } }] },
  });
});

it("gives each plugin its own time, after which a required one makes the video invalid", async () => {
  await register({ name: "silent", required: false, timeoutSeconds: 2 }, { name: "mute", timeoutSeconds: 2 });
  await ready("slow");
  const silent = await turnOf("slow", "silent");
  const mute = await turnOf("slow", "mute");
  await complete("silent", silent.detail.taskToken, { valid: false });
  expect(await statusOf("slow")).toMatchObject({
    status: "invalid",
    plugins: { cause: "plugin-mute", reason: "The plugin did not answer in time" },
  });
  await complete("mute", mute.detail.taskToken, { valid: true });
  await stage.settled();
  expect((await endOf("slow")).length).toBe(2);
});

it("accepts a repeated answer once, and nothing forged or of another plugin", async () => {
  await register({ name: "one" }, { name: "two" });
  await ready("often");
  const { taskToken } = (await turnOf("often", "one")).detail;
  await complete("two", taskToken, { valid: false });
  // One of sixteen ends with A.
  const forged = taskToken.slice(0, -1) + (taskToken.endsWith("A") ? "Q" : "A");
  await complete("one", forged, { valid: false });
  await complete("one", "AQCEAAAAKgAAAAMAAAAAAAAAAQ", { valid: false });
  await complete("one", taskToken, { valid: true, large: "a".repeat(limits.pluginBytes) });
  await complete("one", taskToken, { valid: true });
  await complete("one", taskToken, { valid: true });
  await complete("two", (await turnOf("often", "two")).detail.taskToken, { valid: true });
  expect(await statusOf("often")).toMatchObject({
    status: "valid",
    plugins: {
      preValidate: [
        { OutputKey: "plugin-one", OutputValue: { valid: true } },
        { OutputKey: "plugin-two", OutputValue: { valid: true } },
      ],
    },
  });
  expect(stage.lines.join("\n")).not.toContain(taskToken);
});

it("passes on a message of 20 KB complete, and at most 96 KB of all", async () => {
  const names = ["p1", "p2", "p3", "p4", "p5", "p6"];
  await register(...names.map((name) => ({ name, hook: "postMetadata" as const, required: false })));
  await ready("large");
  const message = "あ".repeat(Math.floor((limits.pluginBytes - 2) / 3));
  for (const name of names) await complete(name, (await turnOf("large", name)).detail.taskToken, message);
  const { plugins, status } = await statusOf("large");
  expect(status).toBe("valid");
  expect(plugins.postMetadata.map(({ OutputKey }: { OutputKey: string }) => OutputKey)).toEqual(
    names.slice(0, 4).map((name) => `plugin-${name}`),
  );
  expect(plugins.postMetadata[0].OutputValue).toBe(message);
});

it("reports once that a video failed whose life cycle was stopped", async () => {
  await register({ name: "waits" });
  await ready("stopped");
  const { taskToken } = (await turnOf("stopped", "waits")).detail;
  const executionArn = await executionOf("stopped");
  await stage.aws.sfn.send(new StopExecutionCommand({ executionArn }));
  expect(await statusOf("stopped")).toMatchObject({
    status: "failed",
    pluginLifecycleWorkflowExecutionId: executionArn,
    plugins: { status: "failed", reason: "The plugin life cycle ended early: ABORTED" },
  });
  await complete("waits", taskToken, { valid: true });
  await stage.settled();
  expect((await endOf("stopped")).length).toBe(2);
});

it("is valid at once if no plugin is registered", async () => {
  await ready("bare");
  expect(await statusOf("bare")).toMatchObject({ status: "valid", plugins: {} });
});
