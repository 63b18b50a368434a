import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { Channel, ChannelView } from "@callboard/client";
import type { ExecutionValue, StepValue } from "@callboard/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let bearer: string;
beforeAll(async () => {
  stage = await openStage();
  bearer = await stage.token("ana", "creator");
});
afterAll(() => stage.close());

async function post(path: string, body: unknown, token = bearer) {
  const response = await fetch(`${stage.callboard.addresses.http}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Prepared {
  readonly videoId: string;
  readonly subject: string;
  readonly uploads: readonly { readonly url: string; readonly headers: Record<string, string> }[];
}

async function prepare(name: string, size: number): Promise<Prepared> {
  const { status, body } = await post("/videos", { files: [{ name, size }] });
  expect(status).toBe(200);
  return body as unknown as Prepared;
}

const put = ({ uploads: [upload] }: Prepared, bytes: Buffer, url = upload!.url) =>
  fetch(url, { method: "PUT", headers: upload!.headers, body: new Uint8Array(bytes) });

/** Uploads a file as a page does, and starts its processing. */
async function process(name: string, bytes: Buffer) {
  const prepared = await prepare(name, bytes.length);
  expect((await put(prepared, bytes)).status).toBe(200);
  const { status, body } = await post(`/videos/${prepared.videoId}/start`, {});
  expect(status).toBe(200);
  return body as { subject: string; executionArn: string };
}

const find = <T>(view: ChannelView, fits: (key: string) => boolean) =>
  [...view.items.values()].find(({ key }) => fits(key))?.value as T | undefined;

const noise = Buffer.from("The quick brown fox jumps over the lazy dog. ".repeat(40));

describe("a file that is not what its name says", () => {
  it.each([
    ["captions without a time", "talk.vtt", noise],
    ["captions without a cue", "talk.vtt", Buffer.from("WEBVTT\n\n")],
    [
      "subtitles of random bytes",
      "talk.srt",
      Buffer.from(Array.from({ length: 500 }, (_, n) => (n * 7) % 256)),
    ],
    ["a video file that contains text", "talk.mp4", noise],
    ["a video that ends in its first box", "talk.mp4", Buffer.from("000000186674797069736f6d", "hex")],
  ])("%s fails in plain words for viewers, and with its cause for the owner", async (_, name, bytes) => {
    const { subject, executionArn } = await process(name, bytes);
    const watch = stage.person("vic", "viewer").channel(`watch:${subject}` as Channel);
    const work = stage.person("ana", "creator").channel(`work:${subject}` as Channel);
    const ended = (view: ChannelView) => find<ExecutionValue>(view, (key) => key.startsWith("execution/"));
    for (const view of [watch, work]) {
      view.follow();
      await until(view, (one) => ended(one)?.state === "failed");
    }
    const step = ended(watch)?.step;
    expect(step).toMatch(/^(probe|transcribe)$/);
    const failed = (view: ChannelView) => find<StepValue>(view, (key) => key.endsWith(`/${step}`));
    // Step Functions' word may come first: then the step has failed in general words, until its own report comes.
    const isReported = (view: ChannelView) =>
      failed(view)?.state === "failed" && failed(view)?.message !== "Something went wrong.";
    await until(watch, isReported);
    const { message, cause } = failed(watch)!;
    expect(message).toMatch(/^[A-Z][^{}[\]_/]{8,150}$/);
    expect(cause).toBeUndefined();
    await until(work, isReported);
    expect(failed(work)).toMatchObject({ message, cause: expect.stringMatching(/\w/) });
    expect(JSON.stringify([...watch.items.values()])).not.toMatch(/errorType|arn:aws/);
    const { status, error } = await eventually(
      () => stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
      (execution) => execution.status !== "RUNNING",
    );
    expect({ status, error }).toEqual({
      status: "FAILED",
      error: expect.stringMatching(/^(NotCaptions|EmptyCaptions|NotAnMp4)$/),
    });
  });
});

describe("a request of the page", () => {
  it.each<[string, string, unknown, { status: number; code: string; issue?: string }]>([
    ["is not JSON", "/videos", "{", { status: 400, code: "bad_message", issue: "body: not JSON" }],
    ["names no files", "/videos", {}, { status: 400, code: "bad_message", issue: "files: missing" }],
    [
      "leaves a size out",
      "/videos",
      { files: [{ name: "a.mp4" }] },
      { status: 400, code: "bad_message", issue: "files.0.size: missing" },
    ],
    [
      "offers another kind of file",
      "/videos",
      { files: [{ name: "a.exe", size: 1 }] },
      { status: 400, code: "bad_message", issue: "files.0: Only .mp4" },
    ],
    [
      "waits for too short a time",
      "/videos/sample",
      { timeoutSeconds: 1 },
      { status: 400, code: "bad_message", issue: "timeoutSeconds: at least 20" },
    ],
    ["starts what is not there", "/videos/v_none/start", {}, { status: 404, code: "not_found" }],
    ["asks for what is not there", "/anything", {}, { status: 404, code: "not_found" }],
  ])("that %s gets an error that names the field", async (_, path, sent, { status, code, issue }) => {
    const answer = await post(path, sent);
    expect(answer).toMatchObject({
      status,
      body: { error: { code, message: expect.stringMatching(/\w \w/) } },
    });
    if (issue) expect(JSON.stringify(answer.body)).toContain(`"${issue}`);
  });

  it("from somebody who may not work on videos is refused", async () => {
    const offered = { files: [{ name: "talk.vtt", size: 10 }] };
    expect(await post("/videos", offered, await stage.token("vic", "viewer"))).toMatchObject({ status: 403 });
    expect(await post("/videos", offered, "nothing")).toMatchObject({ status: 403 });
    const { videoId } = await prepare("talk.vtt", 10);
    const bob = await stage.token("bob", "creator");
    expect(await post(`/videos/${videoId}/start`, {}, bob)).toMatchObject({ status: 403 });
  });

  it("to start a video that has not arrived is refused", async () => {
    const { videoId } = await prepare("talk.vtt", 10);
    expect(await post(`/videos/${videoId}/start`, {})).toMatchObject({
      status: 409,
      body: { error: { code: "nothing_uploaded", details: { fileName: "talk.vtt" } } },
    });
  });

  it("has no address of its own among the pages' any more, except for a token", async () => {
    const headers = { authorization: `Bearer ${bearer}` };
    const { pages } = stage.callboard.addresses;
    for (const path of ["/dev/videos", "/dev/videos/sample", "/dev/anything"])
      expect((await fetch(`${pages}${path}`, { headers })).status).toBe(404);
  });
});

describe("a signed address", () => {
  it("is refused with any one part changed, and accepted unchanged", async () => {
    const prepared = await prepare("talk.vtt", 6);
    const bytes = Buffer.from("WEBVTT");
    const given = new URL(prepared.uploads[0]!.url);
    const parts = ["X-Amz-Signature", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"];
    for (const part of parts) {
      const url = new URL(given);
      const value = url.searchParams.get(part)!;
      url.searchParams.set(part, `${value.slice(0, -2)}${value.at(-2) === "1" ? "2" : "1"}${value.at(-1)}`);
      const { status } = await put(prepared, bytes, url.href);
      expect([part, status]).toEqual([
        part,
        part === "X-Amz-Signature" ? 403 : expect.toSatisfy((s) => s >= 400 && s < 500),
      ]);
    }
    const elsewhere = new URL(given);
    elsewhere.pathname = elsewhere.pathname.replace("captions", "captionz");
    expect((await put(prepared, bytes, elsewhere.href)).status).toBe(403);
    expect((await put(prepared, Buffer.from("WEBVTT and more"))).status).toBe(403);
    expect((await put(prepared, bytes)).status).toBe(200);
  });
});
