import { viewer } from "@callboard/core/testing/memory-stage.ts";
import { limits } from "@callboard/protocol";
import { UPLOADS_AN_HOUR } from "@callboard/video/api";
import { guest, maker, other, videosStage } from "@callboard/video/testing/videos-stage.ts";
import { expect } from "vitest";
import { behindGateway, type Call, type Case, ends, type Limits } from "./openapi-stage.ts";

/** The handler of videos behind a gateway, on the embedded services. */
async function runningVideos(limits: Limits = {}, options: Parameters<typeof videosStage>[0] = {}) {
  const stage = await videosStage(options);
  ends.push(stage.close);
  const callers = { ana: maker, bob: other, viewer, guest, stale: { ...maker, expiresAt: stage.now() } };
  return { stage, call: await behindGateway(stage.handler, callers, stage.now, limits) };
}

const offered = { files: [{ name: "a.vtt", size: 6 }] };

/** Answers of any operation on videos, with a valid body, about a video of that id. */
const onAnyVideo = (operationId: string, said: Call = {}): Record<string, Case[]> => ({
  401: [
    async () => (await runningVideos()).call(operationId, { ...said, token: "" }),
    async () => (await runningVideos()).call(operationId, { ...said, token: "stale" }),
  ],
  500: [async () => (await runningVideos({}, { lacks: true })).call(operationId, said)],
  default: [async () => (await runningVideos({ inFlight: 0 })).call(operationId, said)],
  403: [
    async () => (await runningVideos()).call(operationId, { ...said, token: "nobody" }),
    async () => (await runningVideos()).call(operationId, { ...said, token: "guest" }),
  ],
});

/** The same for an operation with a body. */
const onPost = (operationId: string, said: Call): Record<string, Case[]> => ({
  ...onAnyVideo(operationId, said),
  400: [async () => (await runningVideos()).call(operationId, { ...said, body: "{" })],
  413: [
    async () => (await runningVideos({ bodyBytes: 1 })).call(operationId, said),
    async () =>
      (await runningVideos()).call(operationId, {
        ...said,
        body: `"${"x".repeat(limits.clientMessageBytes)}"`,
      }),
  ],
  415: [async () => (await runningVideos()).call(operationId, { ...said, type: "text/plain" })],
});

/** An operation about a video that Ana has uploaded and perhaps started. */
const onOwnVideo =
  (
    operationId: string,
    said: Call = {},
    before: (stage: Awaited<ReturnType<typeof videosStage>>, id: string) => Promise<unknown> = async () => {},
  ) =>
  async () => {
    const { stage, call } = await runningVideos();
    const id = await stage.upload();
    await before(stage, id);
    return call(operationId, { body: {}, id, ...said });
  };

type Started = Parameters<typeof onOwnVideo>[2];
const start: Started = (stage, id) => stage.post(`/videos/${id}/start`);
const noVideo = { id: "v_none", body: {} };

const tooOften = (operationId: string, body: object) => async () => {
  const { call } = await runningVideos();
  for (let n = 0; n < UPLOADS_AN_HOUR; n++) await call("prepareVideo", { body: offered });
  return call(operationId, { body });
};

const usedBefore = (operationId: string, body: object) => async () => {
  const { call } = await runningVideos();
  await call("prepareVideo", { body: { files: [{ name: "b.vtt", size: 7 }], uploadId: "u1" } });
  return call(operationId, { body: { ...body, uploadId: "u1" } });
};

/** How to get each answer of each operation on videos. */
export const videoCases: Record<string, Record<string, Case[]>> = {
  listVideos: {
    ...onAnyVideo("listVideos"),
    200: [
      async () => (await runningVideos()).call("listVideos", { token: "viewer" }),
      onOwnVideo("listVideos", {}, start),
    ],
  },
  prepareVideo: {
    ...onPost("prepareVideo", { body: offered }),
    200: [async () => (await runningVideos()).call("prepareVideo", { body: offered })],
    403: [async () => (await runningVideos()).call("prepareVideo", { body: offered, token: "viewer" })],
    409: [usedBefore("prepareVideo", offered)],
    429: [
      tooOften("prepareVideo", offered),
      async () =>
        (await runningVideos({ requestsPerSecond: 0, requestBurst: 0 })).call("prepareVideo", {
          body: offered,
        }),
    ],
  },
  playSample: {
    ...onPost("playSample", { body: {} }),
    200: [async () => (await runningVideos()).call("playSample", { body: { timeoutSeconds: 60 } })],
    409: [usedBefore("playSample", {})],
    429: [tooOften("playSample", {})],
  },
  startVideo: {
    ...onPost("startVideo", noVideo),
    200: [onOwnVideo("startVideo"), onOwnVideo("startVideo", {}, start)],
    403: [onOwnVideo("startVideo", { token: "bob" }), onOwnVideo("startVideo", { token: "viewer" })],
    404: [async () => (await runningVideos()).call("startVideo", noVideo)],
    409: [
      async () => {
        const { stage, call } = await runningVideos();
        const { body } = await stage.post("/videos", offered);
        return call("startVideo", { body: {}, id: (body as { videoId: string }).videoId });
      },
    ],
  },
  stopVideo: {
    ...onPost("stopVideo", noVideo),
    200: [onOwnVideo("stopVideo", {}, start)],
    403: [onOwnVideo("stopVideo", { token: "bob" }, start)],
    404: [async () => (await runningVideos()).call("stopVideo", noVideo)],
  },
  retryVideo: {
    ...onPost("retryVideo", noVideo),
    200: [onOwnVideo("retryVideo", {}, start)],
    403: [onOwnVideo("retryVideo", { token: "bob" }, start)],
    404: [async () => (await runningVideos()).call("retryVideo", noVideo)],
    409: [
      async () => {
        const { stage, call } = await runningVideos();
        const id = await stage.upload({ files: [{ name: "fail.vtt", size: 6 }] });
        await stage.post(`/videos/${id}/start`);
        await expect.poll(stage.executions).toEqual([[id, "FAILED"]]);
        return call("retryVideo", { body: {}, id });
      },
    ],
  },
};
