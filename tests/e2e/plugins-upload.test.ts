import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { RequestValue } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CaughtEvent, catchEvents } from "./default-bus.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let told: () => Promise<CaughtEvent[]>;
beforeAll(async () => {
  stage = await openStage({}, { plugins: true });
  told = await catchEvents(stage.aws, "told", {
    source: ["serverlessVideo.videoManager"],
    "detail-type": ["recording-ready", "VideoStatusUpdated"],
  });
});
afterAll(() => stage.close());

const post = async (path: string, body: object = {}) => {
  const response = await fetch(`${stage.callboard.addresses.http}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${await stage.token("ana", "creator")}`,
    },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { videoId: string; subject: `video/${string}`; executionArn: string };
};

/** Starts the sample talk; returns it with the question about its title, which the plugin asks people. */
async function asked() {
  const started = await post("/videos/sample");
  const ana = stage.person("ana", "creator");
  const view = ana.channel(`work:${started.subject}`);
  const find = () => [...view.items.values()].find(({ key, value }) => key.startsWith("request/") && value);
  await until(view, () => find() !== undefined);
  return { ...started, ana, view, request: find()!.value as RequestValue };
}

/** The reported status of a video. */
const statusOf = (id: string) =>
  eventually(async () =>
    (await told()).find((event) => event["detail-type"] === "VideoStatusUpdated" && event.detail.id === id),
  );

it("processes an upload from recording-ready through its plugins and people to its status", async () => {
  const { videoId, view, ana, request, executionArn } = await asked();
  const [ready] = (await told()).filter(({ detail }) => detail.id === videoId);
  expect(ready).toMatchObject({
    "detail-type": "recording-ready",
    detail: {
      durationmillis: expect.any(Number),
      author: "ana",
      recording_s3_key_prefix: `videos/${videoId}`,
    },
  });
  const [candidateId] = request.candidates;
  await ana.reply({ requestId: request.requestId, round: 1, verb: "pick", candidateId: candidateId! });
  const status = await statusOf(videoId);
  const { output } = await stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { title, description } = JSON.parse(output!);
  expect(status!.detail).toMatchObject({
    status: "valid",
    plugins: {
      preValidate: [{ OutputKey: "plugin-duration-limit", OutputValue: { valid: true } }],
      preMetadata: [{ OutputKey: "plugin-title-and-description", OutputValue: { title, description } }],
    },
  });
  const steps = () =>
    Object.fromEntries(
      [...view.items.values()]
        .filter(({ key }) => key.startsWith("step/plugin-lifecycle:"))
        .map(({ value }) => [(value as { step: string }).step, (value as { state: string }).state]),
    );
  await until(view, () => steps().status === "succeeded");
  expect(steps()).toEqual({
    lifecycle: "succeeded",
    "plugin.preValidate.duration-limit": "succeeded",
    "plugin.preMetadata.title-and-description": "succeeded",
    status: "succeeded",
  });
});

it("continues without a title if its post-processing was stopped", async () => {
  const { videoId } = await asked();
  await post(`/videos/${videoId}/stop`);
  const { detail } = (await statusOf(videoId))!;
  expect(detail.status).toBe("valid");
  expect(detail.plugins).not.toHaveProperty("preMetadata");
});

it("answers at once for a video that was not uploaded here", async () => {
  await stage.aws.put("recording-ready", [{ id: "elsewhere", author: "ana", durationmillis: 60_000 }], {
    bus: "default",
    source: "serverlessVideo.videoManager",
  });
  expect((await statusOf("elsewhere"))!.detail).toMatchObject({ status: "valid" });
});

it("makes a video without a length invalid", async () => {
  await stage.aws.put("recording-ready", [{ id: "empty", author: "ana", durationmillis: 0 }], {
    bus: "default",
    source: "serverlessVideo.videoManager",
  });
  expect((await statusOf("empty"))!.detail).toMatchObject({
    status: "invalid",
    plugins: { cause: "plugin-duration-limit", reason: "The video has no length" },
  });
  // Also for ServerlessVideo's own event, which has no reason.
  const view = stage.person("ana", "creator").channel("work:video/empty");
  const message = () =>
    [...view.items.values()]
      .filter(({ key }) => key.startsWith("step/plugin-lifecycle:") && key.endsWith("/status"))
      .map(({ value }) => (value as { message?: string }).message);
  await until(view, () => message()[0] === "The video is not valid: The video has no length");
});

it("shows in plain words what is wrong with a file that cannot be read", async () => {
  const prepared = (await post("/videos", { files: [{ name: "talk.vtt", size: 5 }] })) as unknown as {
    videoId: string;
    uploads: { url: string; headers: Record<string, string> }[];
  };
  const [{ url, headers }] = prepared.uploads as [{ url: string; headers: Record<string, string> }];
  await fetch(url, { method: "PUT", headers, body: "noise" });
  const view = stage.person("ana", "creator").channel(`work:video/${prepared.videoId}`);
  await post(`/videos/${prepared.videoId}/start`);
  const ready = () =>
    [...view.items.values()].find(({ key }) => key.endsWith("/ready"))?.value as
      | { state: string; message?: string }
      | undefined;
  await until(view, () => ready()?.state === "failed");
  expect(ready()?.message).toMatch(/captions/i);
});
