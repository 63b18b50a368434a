import type { PreparedVideo, StartedVideo } from "@callboard/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { guest, maker, other, videosStage, viewer } from "../testing/videos-stage.ts";
import { UPLOADS_AN_HOUR } from "./prepare.ts";

let stage: Awaited<ReturnType<typeof videosStage>>;
beforeAll(async () => {
  stage = await videosStage();
});
afterAll(() => stage.close());
// The uploads of one test do not count for the next.
beforeEach(() => stage.pass(3_600_000));

const error = (code: string, details?: object) => ({
  error: { code, message: expect.any(String), ...(details ? { details } : {}) },
});
const captions = { files: [{ name: "a.vtt", size: 6 }] };

describe("a person who prepares a video", () => {
  it("gets a signed upload that is valid for one PUT of these bytes, and starts the video once it has arrived", async () => {
    const { status, body } = await stage.post("/videos", captions);
    const { videoId, subject, uploads } = body as PreparedVideo;
    expect([status, subject, uploads]).toEqual([
      200,
      `video/${videoId}`,
      [
        {
          kind: "captions",
          url: expect.stringContaining(`/videos/${videoId}/captions.vtt?`),
          headers: { "content-type": "text/vtt", "if-none-match": "*" },
          expiresAt: expect.any(Number),
        },
      ],
    ]);
    const put = (text: string) =>
      fetch(uploads[0]!.url, { method: "PUT", headers: uploads[0]!.headers, body: text });
    expect(await stage.post(`/videos/${videoId}/start`)).toMatchObject({
      status: 409,
      body: error("nothing_uploaded", { fileName: "a.vtt" }),
    });
    expect((await put("WEBVTT and more")).status).toBe(403);
    expect((await put("WEBVTT")).status).toBe(200);
    expect((await put("HACKED")).status).toBe(412);
    expect(await stage.post(`/videos/${videoId}/start`)).toMatchObject({
      status: 200,
      body: { videoId, subject, executionArn: expect.stringContaining(`:execution:videos:${videoId}`) },
    });
  });

  it("gets the same video for the same upload, signed again, also at the same moment", async () => {
    const twice = { ...captions, uploadId: "page-1" };
    const [first, second] = await Promise.all([stage.post("/videos", twice), stage.post("/videos", twice)]);
    const { videoId } = first.body as PreparedVideo;
    expect((second.body as PreparedVideo).videoId).toBe(videoId);
    stage.pass(60_000);
    expect((await stage.post("/videos", twice)).body).toMatchObject({ videoId });
    expect((await stage.keys("videos/of/")).filter((key) => key.endsWith(videoId))).toHaveLength(1);
    // The same `uploadId` of another person is another video.
    expect((await stage.post("/videos", twice, other)).body).not.toMatchObject({ videoId });
    const changed = { ...twice, files: [{ name: "b.vtt", size: 6 }] };
    expect(await stage.post("/videos", changed)).toMatchObject({ status: 409, body: error("conflict") });
  });

  it("must wait after too many within an hour, but not for uploads that were prepared before", async () => {
    const begun = { ...captions, uploadId: "page-2" };
    await stage.post("/videos", begun, other);
    for (let n = 1; n < UPLOADS_AN_HOUR; n++) {
      stage.pass(1000);
      expect((await stage.post("/videos", captions, other)).status).toBe(200);
    }
    const refused = await stage.post("/videos", captions, other);
    const waitMs = 3_600_000 - (UPLOADS_AN_HOUR - 1) * 1000;
    expect(refused).toMatchObject({
      status: 429,
      headers: { "retry-after": String(waitMs / 1000) },
      body: error("rate_limited", { retryAfterMs: waitMs }),
    });
    expect((await stage.post("/videos/sample", {}, other)).status).toBe(429);
    expect((await stage.post("/videos", begun, other)).status).toBe(200);
    expect((await stage.post("/videos", captions)).status).toBe(200);
    stage.pass(waitMs);
    expect((await stage.post("/videos", captions, other)).status).toBe(200);
  });

  it.each<[string, unknown, string]>([
    ["no files", {}, "files: missing"],
    ["an empty list", { files: [] }, "files: choose a video or captions"],
    ["too many", { files: Array.from({ length: 5 }, () => captions.files[0]) }, "files: at most 4 items"],
    ["a file without a name", { files: [{ size: 1 }] }, "files.0.name: missing"],
    ["a name that is a number", { files: [{ name: 7, size: 1 }] }, "files.0.name: expected a text"],
    ["a file without a size", { files: [{ name: "a.mp4" }] }, "files.0.size: missing"],
    ["half a byte", { files: [{ name: "a.mp4", size: 0.5 }] }, "files.0.size: expected a whole number"],
    [
      "a name that is too long",
      { files: [{ name: `${"x".repeat(260)}.mp4`, size: 1 }] },
      "files.0.name: at most 255 characters",
    ],
    ["another kind of file", { files: [{ name: "a.exe", size: 1 }] }, "files.0: Only .mp4 videos"],
    ["an empty file", { files: [{ name: "a.mp4", size: 0 }] }, "files.0: The file is empty"],
    [
      "too large a file",
      { files: [captions.files[0], { name: "a.mp4", size: 6e9 }] },
      "files.1: The file is over 5 GB",
    ],
    [
      "two videos",
      {
        files: [
          { name: "a.mp4", size: 1 },
          { name: "b.mp4", size: 1 },
        ],
      },
      "files.1: Only one file of video",
    ],
    ["an upload id of two words", { ...captions, uploadId: "two words" }, "uploadId: a name has"],
  ])("gets the name of the wrong field: %s", async (_, body, issue) => {
    const answer = await stage.post("/videos", body);
    expect(answer).toMatchObject({ status: 400, body: error("bad_message") });
    expect((answer.body as { error: { details: { issues: string[] } } }).error.details.issues[0]).toContain(
      issue,
    );
  });

  it("is refused a body that is not JSON, of another type, or too large", async () => {
    expect(await stage.post("/videos", "{")).toMatchObject({ status: 400, body: error("bad_message") });
    expect((await stage.post("/videos", `{"files":"${"x".repeat(40_000)}"}`)).status).toBe(413);
    expect((await stage.send("POST", "/videos")).status).toBe(415);
  });
});

describe("a person who starts a video", () => {
  it("starts it once, however often they request it, also at the same moment", async () => {
    const videoId = await stage.upload();
    const start = () => stage.post(`/videos/${videoId}/start`, { timeoutSeconds: 60 });
    const answers = await Promise.all([start(), start(), start()]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => (body as StartedVideo).executionArn)).size).toBe(1);
    await stage.post(`/videos/${videoId}/stop`);
    expect((await stage.post(`/videos/${videoId}/start`, { timeoutSeconds: 600 })).status).toBe(200);
    expect((await stage.executions()).filter(([name]) => name === videoId)).toEqual([[videoId, "ABORTED"]]);
    expect((await stage.list()).filter((video) => video.videoId === videoId)).toHaveLength(1);
  });

  it("may play the sample, which one press starts once", async () => {
    const press = { timeoutSeconds: 60, uploadId: "press-1" };
    const [first, second] = await Promise.all([
      stage.post("/videos/sample", press),
      stage.post("/videos/sample", press),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const { videoId } = first.body as StartedVideo;
    expect(second.body).toEqual(first.body);
    expect((await stage.post("/videos/sample", press)).body).toEqual(first.body);
    expect((await stage.post("/videos/sample", { timeoutSeconds: 60 })).body).not.toMatchObject({ videoId });
    const sample = (await stage.list()).find((one) => one.videoId === videoId);
    expect(sample).toMatchObject({ name: "talk.mp4" });
    const video = await fetch(sample!.video!.url, { headers: { range: "bytes=4-7" } });
    expect(await video.text()).toBe("ftyp");
  });

  it("may play the sample in Japanese, with captions, question and messages in Japanese", async () => {
    const press = { uploadId: "press-ja", lang: "ja" };
    const { videoId } = (await stage.post("/videos/sample", press, other)).body as StartedVideo;
    const [sample] = await stage.list(other);
    expect(sample).toMatchObject({ videoId, name: "講演.mp4" });
    const captions = await (await fetch(sample!.captions!.url)).text();
    expect(captions).toContain("こんばんは。舞台裏へようこそ。");
    expect(await stage.input(videoId)).toMatchObject({ lang: "ja", video: { fileName: "講演.mp4" } });
    expect((await stage.post("/videos/sample", { uploadId: "press-ja" }, other)).status).toBe(409);
    expect(await stage.post("/videos/sample", { lang: "tlh" }, other)).toMatchObject({ status: 400 });
  });

  it("distinguishes samples by a number, which stays the same when a request is repeated", async () => {
    const cleo = { ...other, id: "cleo" };
    const play = async (uploadId: string) =>
      ((await stage.post("/videos/sample", { uploadId }, cleo)).body as StartedVideo).videoId;
    await stage.upload({}, cleo);
    const [first, second, third] = [await play("p1"), await play("p2"), await play("p3")];
    expect(await play("p2")).toBe(second);
    const names = new Map((await stage.list(cleo)).map(({ videoId, name }) => [videoId, name]));
    expect([first, second, third].map((id) => names.get(id!))).toEqual([
      "talk.mp4",
      "talk.mp4 (2)",
      "talk.mp4 (3)",
    ]);
  });

  it.each([1, 604_801, "long", 20.5])(
    "waits for an answer from 20 seconds to a week, not %j",
    async (timeoutSeconds) => {
      for (const path of ["/videos/sample", "/videos/v_any/start"]) {
        const answer = await stage.post(path, { timeoutSeconds });
        expect([answer.status, JSON.stringify(answer.body)]).toEqual([
          400,
          expect.stringContaining("timeoutSeconds: "),
        ]);
      }
    },
  );
});

describe("whichever AWS call fails", () => {
  const points = ["before", "after"] as const;

  it.each(
    points.flatMap((at) => ["PutObjectCommand", "ListObjectsV2Command"].map((command) => ({ command, at }))),
  )("a repeated request prepares the same upload: $command, $at", async ({ command, at }) => {
    const asked = { ...captions, uploadId: `fault-${command}-${at}` };
    stage.inject(command, at);
    const failed = await stage.post("/videos", asked);
    expect(failed).toMatchObject({
      status: 500,
      body: error("internal", { correlationId: expect.any(String) }),
    });
    const { status, body } = await stage.post("/videos", asked);
    const { videoId } = body as PreparedVideo;
    expect(status).toBe(200);
    expect((await stage.keys("videos/of/")).filter((key) => key.endsWith(videoId))).toHaveLength(1);
  });

  it.each(
    points.flatMap((at) =>
      ["HeadObjectCommand", "PutObjectCommand", "StartExecutionCommand"].map((command) => ({ command, at })),
    ),
  )("a repeated start starts one execution, which is listed once: $command, $at", async ({ command, at }) => {
    const videoId = await stage.upload();
    stage.inject(command, at);
    expect((await stage.post(`/videos/${videoId}/start`)).status).toBe(500);
    expect((await stage.post(`/videos/${videoId}/start`)).status).toBe(200);
    expect((await stage.executions()).filter(([name]) => name === videoId)).toEqual([[videoId, "RUNNING"]]);
    expect((await stage.list()).filter((video) => video.videoId === videoId)).toHaveLength(1);
  });

  it.each(points)("stopping and retrying take effect: %s", async (at) => {
    const videoId = await stage.upload();
    await stage.post(`/videos/${videoId}/start`);
    for (const [command, act] of [
      ["StopExecutionCommand", "stop"],
      ["RedriveExecutionCommand", "retry"],
    ] as const) {
      stage.inject(command, at);
      expect((await stage.post(`/videos/${videoId}/${act}`)).status).toBe(500);
      expect((await stage.post(`/videos/${videoId}/${act}`)).status).toBe(200);
    }
    expect((await stage.executions()).filter(([name]) => name === videoId)).toEqual([[videoId, "RUNNING"]]);
  });
});

describe("a list of videos", () => {
  it("contains their own started videos, the newest first, at most twenty, with links to the uploads", async () => {
    const dee = { ...maker, id: "dee" };
    const started: string[] = [];
    for (let n = 0; n < 22; n++) {
      stage.pass(1000);
      const videoId = await stage.upload({}, dee);
      await stage.post(`/videos/${videoId}/start`, {}, dee);
      started.unshift(videoId);
    }
    await stage.upload({}, dee);
    const videos = await stage.list(dee);
    expect(videos.map(({ videoId }) => videoId)).toEqual(started.slice(0, 20));
    const [newest] = videos;
    expect(newest).toEqual({
      videoId: started[0],
      subject: `video/${started[0]}`,
      name: "a.vtt",
      startedAt: expect.any(Number),
      captions: { url: expect.any(String), expiresAt: expect.any(Number) },
    });
    expect(await (await fetch(newest!.captions!.url)).text()).toBe("WEBVTT");
    expect(await stage.list({ ...dee, id: "dee2" })).toEqual([]);
    expect(JSON.stringify(await stage.keys("videos/of/"))).not.toContain("dee");
  });
});

describe("a person without the right", () => {
  it("prepares and starts nothing without the right to work on videos, but has a list", async () => {
    const forbidden = { status: 403, body: error("forbidden") };
    expect(await stage.post("/videos", captions, viewer)).toMatchObject(forbidden);
    expect(await stage.post("/videos/sample", {}, viewer)).toMatchObject(forbidden);
    // A capability for one video does not allow another one.
    const one = { ...maker, capabilities: ["work:video/v_1"] };
    expect(await stage.post("/videos", captions, one)).toMatchObject(forbidden);
    expect((await stage.send("GET", "/videos", undefined, viewer)).status).toBe(200);
    const videoId = await stage.upload();
    expect(await stage.post(`/videos/${videoId}/start`, {}, { ...maker, capabilities: [] })).toMatchObject(
      forbidden,
    );
  });

  it("is a guest, whatever else the token says", async () => {
    const bold = { ...guest, capabilities: ["work:*"] };
    for (const [method, path] of [
      ["GET", "/videos"],
      ["POST", "/videos"],
      ["POST", "/videos/sample"],
      ["POST", "/videos/v_1/start"],
      ["POST", "/videos/v_1/stop"],
      ["POST", "/videos/v_1/retry"],
    ] as const)
      expect(await stage.send(method, path, {}, bold)).toMatchObject({
        status: 403,
        body: error("forbidden"),
      });
  });

  it("cannot start, stop or retry another person's video, and sees none of it", async () => {
    const videoId = await stage.upload();
    await stage.post(`/videos/${videoId}/start`);
    for (const act of ["start", "stop", "retry"])
      expect(await stage.post(`/videos/${videoId}/${act}`, {}, other)).toMatchObject({
        status: 403,
        body: error("forbidden"),
      });
    expect(await stage.list(other)).not.toContainEqual(expect.objectContaining({ videoId }));
    expect((await stage.executions()).find(([name]) => name === videoId)).toEqual([videoId, "RUNNING"]);
  });

  it("finds nothing under a name that is not a video's", async () => {
    for (const act of ["start", "stop", "retry"]) {
      expect(await stage.post(`/videos/v_none/${act}`)).toMatchObject({
        status: 404,
        body: error("not_found"),
      });
      const bad = error("bad_message", { issues: ["id: a video's id is v_…"] });
      for (const id of ["7", "v_", "v_a%2Fb", `v_${"x".repeat(65)}`])
        expect(await stage.post(`/videos/${id}/${act}`)).toMatchObject({ status: 400, body: bad });
    }
    expect(await stage.send("GET", "/videos/v_none")).toMatchObject({ status: 404 });
    expect(await stage.send("DELETE", "/videos")).toMatchObject({
      status: 405,
      headers: { allow: "GET, POST" },
    });
  });

  it("has an expired token, or none", async () => {
    const ended = { ...maker, expiresAt: 1 };
    expect(await stage.send("GET", "/videos", undefined, ended)).toMatchObject({
      status: 401,
      body: error("unauthorized"),
    });
  });
});

it("stops and redrives a run for its owner, and explains why it cannot", async () => {
  const videoId = await stage.upload();
  await stage.post(`/videos/${videoId}/start`);
  const done = { status: 200, body: { subject: `video/${videoId}` } };
  expect(await stage.post(`/videos/${videoId}/stop`)).toMatchObject(done);
  expect(await stage.post(`/videos/${videoId}/retry`)).toMatchObject(done);
  await stage.post(`/videos/${videoId}/stop`);
  const failing = await stage.upload({ files: [{ name: "fail.vtt", size: 6 }] });
  await stage.post(`/videos/${failing}/start`);
  await expect.poll(stage.executions).toContainEqual([failing, "FAILED"]);
  expect(await stage.post(`/videos/${failing}/retry`)).toMatchObject({
    status: 409,
    body: error("not_redrivable", { reason: "gave_up" }),
  });
});

it("answers a preflight without a caller, and nothing else", async () => {
  expect(await stage.send("OPTIONS", "/videos", undefined, undefined as never)).toMatchObject({
    status: 204,
  });
});
