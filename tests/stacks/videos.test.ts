import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import {
  createEndpoint,
  createS3,
  createStates,
  memoryStore,
  systemClock,
  tasks,
} from "@callboard/aws-local";
import { ana } from "@callboard/core/testing/memory-stage.ts";
import { httpEvent } from "@callboard/functions/testing/http-events.ts";
import { sampleNames } from "@callboard/video/definition";
import { expect, it, onTestFinished, vi } from "vitest";
import { bundleHandler } from "../../scripts/synth/bundle.ts";
import { installPlatform, root } from "../../scripts/synth/platform.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { neverLoaded } from "../../stacks/never-loaded.ts";

type Handler = (event: unknown) => Promise<{ statusCode: number; body: string }>;

const keys = { accessKeyId: "deployed", secretAccessKey: "role" };

/** The deployed bundle, with the files next to it, and with the variables that Lambda and the stack set. */
async function deployed(variables: Record<string, string>): Promise<Handler> {
  const folder = await mkdtemp(join(tmpdir(), "callboard-videos-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { file } = await bundleHandler("packages/video/src/lambda/videos.handler", folder, {
    external: neverLoaded,
    keepNames: false,
    splitting: true,
    minify: true,
  });
  for (const name of sampleNames)
    await cp(join(root, "packages/video/sample", name), join(folder, "packages/video/sample", name));
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return ((await import(file)) as { handler: Handler }).handler;
}

const lambda = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  BUCKET: "callboard-media",
};

it("starts the sample, which is deployed with it, and lists it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "callboard-media-"));
  const store = memoryStore();
  const s3 = createS3({ store, directory, clock: systemClock, credentials: keys, log: () => {} });
  const states = createStates({ clock: systemClock, store, integrations: tasks([], {}) });
  const endpoint = await createEndpoint({ port: 0, services: [s3, states] });
  const sfn = new SFNClient({ region: "us-east-1", credentials: keys, endpoint: endpoint.url });
  onTestFinished(async () => {
    sfn.destroy();
    await states.close();
    await endpoint.close();
    await s3.close();
    await rm(directory, { recursive: true });
  });
  await s3.createBucket(lambda.BUCKET);
  const definition = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 60, End: true } } };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: "post-processing",
      definition: JSON.stringify(definition),
      roleArn: "arn:aws:iam::000000000000:role/a",
    }),
  );
  const handler = await deployed({
    ...lambda,
    AWS_ENDPOINT_URL: endpoint.url,
    STATE_MACHINE_ARN: stateMachineArn!,
  });
  const maker = { ...ana, capabilities: ["work:video/*"], expiresAt: Date.UTC(2090, 0, 1) };
  const played = await handler(httpEvent(maker, { method: "POST", path: "/videos/sample", body: {} }));
  expect([played.statusCode, played.body]).toEqual([200, expect.stringContaining('"videoId":"v_')]);
  const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const { videoId } = JSON.parse(played.body) as { videoId: string };
  expect(executions!.map(({ name }) => name)).toEqual([videoId]);
  const listed = await handler(httpEvent(maker, { path: "/videos" }));
  const [video] = (JSON.parse(listed.body) as { videos: { videoId: string; captions: { url: string } }[] })
    .videos;
  expect(video!.videoId).toBe(videoId);
  expect(await (await fetch(video!.captions.url)).text()).toMatch(/^WEBVTT/);
}, 60_000);

it("is not deployed without its sample", async () => {
  await installPlatform(console.log);
  const environment = {
    CALLBOARD_PAGES: "false",
    CALLBOARD_POST_PROCESSING: "true",
    CALLBOARD_TEXT_MODEL: "eu.amazon.nova-pro-v1:0",
    CALLBOARD_IMAGE_MODEL: "none",
  };
  const moved = synthesize({
    stage: "dev",
    functions: "none",
    environment,
    change: (path, text) =>
      path === "stacks/videos.ts" ? text.replace("packages/video/sample/", "packages/video/samples/") : text,
  });
  await expect(moved).rejects.toThrow(/packages\/video\/samples\/talk\.(mp4|vtt)/);
}, 120_000);
