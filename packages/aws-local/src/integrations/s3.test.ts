import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { createS3 } from "../s3/s3.ts";
import { memoryStore } from "../store/index.ts";
import { s3Tasks } from "./s3.ts";
import { callTask, patternsOf } from "./testing/call.ts";

async function stage() {
  const directory = await mkdtemp(join(tmpdir(), "s3-tasks-"));
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const s3 = createS3({ store: memoryStore(), directory, clock: virtualClock(1000), credentials });
  onTestFinished(async () => {
    await s3.close();
    await rm(directory, { recursive: true });
  });
  await s3.createBucket("media");
  const tasks = s3Tasks(s3.operations);
  const run = (action: string, input: object) =>
    callTask(tasks, `aws-sdk:s3:${action}`, { Bucket: "media", ...input }) as Promise<
      Record<string, unknown>
    >;
  return { run, tasks };
}

it("puts text unchanged and anything else as JSON, and returns it as text with its metadata", async () => {
  const { run } = await stage();
  await run("putObject", {
    Key: "a.json",
    Body: { title: "é" },
    ContentType: "application/json",
    Metadata: { By: "x" },
  });
  expect(await run("getObject", { Key: "a.json" })).toEqual({
    AcceptRanges: "bytes",
    Body: '{"title":"é"}',
    ContentLength: 14,
    ContentType: "application/json",
    ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    LastModified: "1970-01-01T00:00:01.000Z",
    Metadata: { by: "x" },
  });
  const { Body: _, ...head } = await run("getObject", { Key: "a.json" });
  expect(await run("headObject", { Key: "a.json" })).toEqual(head);
});

it("copies and deletes objects, alone and several at once", async () => {
  const { run } = await stage();
  await run("putObject", { Key: "in/a b.txt", Body: "text" });
  for (const [CopySource, Key] of [
    ["media/in/a b.txt", "one"],
    ["/media/in/a%20b.txt", "two"],
  ] as const)
    expect(await run("copyObject", { CopySource, Key })).toMatchObject({
      CopyObjectResult: { ETag: expect.any(String) },
    });
  expect(await run("getObject", { Key: "two" })).toMatchObject({ Body: "text" });
  await run("deleteObject", { Key: "in/a b.txt" });
  expect(await run("deleteObjects", { Delete: { Objects: [{ Key: "one" }, { Key: "absent" }] } })).toEqual({
    Deleted: [{ Key: "one" }, { Key: "absent" }],
  });
  const { Contents } = await run("listObjectsV2", {});
  expect(Contents).toMatchObject([{ Key: "two", Size: 4 }]);
});

it("lists page by page, and by folders", async () => {
  const { run } = await stage();
  for (const Key of ["a/1", "a/2", "b/1", "c"]) await run("putObject", { Key, Body: "" });
  const first = await run("listObjectsV2", { MaxKeys: 3 });
  expect(first).toMatchObject({ KeyCount: 3, IsTruncated: true });
  const rest = await run("listObjectsV2", { ContinuationToken: first.NextContinuationToken });
  expect(rest).toMatchObject({ Contents: [{ Key: "c" }], IsTruncated: false });
  expect(await run("listObjectsV2", { Delimiter: "/" })).toMatchObject({
    CommonPrefixes: [{ Prefix: "a/" }, { Prefix: "b/" }],
    Contents: [{ Key: "c" }],
  });
});

it.each([
  ["getObject", { Key: "absent" }, "S3.NoSuchKeyException"],
  ["getObject", { Bucket: "absent", Key: "a" }, "S3.NoSuchBucketException"],
  ["copyObject", { Key: "a", CopySource: "media/absent" }, "S3.NoSuchKeyException"],
  ["copyObject", { Key: "a", CopySource: "s3://media/a" }, "S3.InvalidArgumentException"],
  ["putObject", { Body: "x" }, "S3.InvalidArgumentException"],
  ["deleteObjects", { Delete: {} }, "S3.MalformedXMLException"],
])("fails %s of %j as %s", async (action, input, error) => {
  const { run } = await stage();
  await expect(run(action, input)).rejects.toMatchObject({ error });
});

it("serves what a distributed Map reads and writes", async () => {
  const { tasks } = await stage();
  for (const name of ["listObjectsV2", "getObject", "putObject"])
    expect(patternsOf(tasks, `s3:${name}`)).toEqual(["request"]);
});
