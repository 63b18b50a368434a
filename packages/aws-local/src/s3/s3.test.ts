import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it } from "vitest";
import { type Stage, stage, strike } from "./testing/s3.ts";

afterEach(strike);

const put = ({ client }: Stage, key: string, body: string | Buffer = "x") =>
  client.send(new PutObjectCommand({ Bucket: "media", Key: key, Body: body }));

const text = async ({ client }: Stage, key: string, range?: string) => {
  const got = await client.send(
    new GetObjectCommand({ Bucket: "media", Key: key, ...(range ? { Range: range } : {}) }),
  );
  return got.Body?.transformToString();
};

describe("an object", () => {
  it("is returned as the SDK put it, with its type, metadata and checksum", async () => {
    const { client } = await stage();
    const stored = await client.send(
      new PutObjectCommand({
        Bucket: "media",
        Key: "a.vtt",
        Body: "WEBVTT",
        ContentType: "text/vtt",
        CacheControl: "no-store",
        Metadata: { owner: "ana" },
      }),
    );
    expect(stored.ETag).toBe('"a1a10e841c3f544047518e14a531b5d1"');
    const got = await client.send(new GetObjectCommand({ Bucket: "media", Key: "a.vtt" }));
    expect(await got.Body?.transformToString()).toBe("WEBVTT");
    expect(got).toMatchObject({
      ContentType: "text/vtt",
      ContentLength: 6,
      CacheControl: "no-store",
      Metadata: { owner: "ana" },
      ETag: stored.ETag,
      ChecksumCRC32: stored.ChecksumCRC32,
    });
    const head = await client.send(new HeadObjectCommand({ Bucket: "media", Key: "a.vtt" }));
    expect(head).toMatchObject({ ContentLength: 6, ContentType: "text/vtt" });
  });

  it("may be a stream whose checksum follows it in aws-chunked", async () => {
    const on = await stage();
    const body = Buffer.alloc(300_000, "0123456789");
    await on.client.send(
      new PutObjectCommand({
        Bucket: "media",
        Key: "s",
        Body: Readable.from([body.subarray(0, 70_001), body.subarray(70_001)]),
        ContentLength: body.length,
        ContentType: "text/plain",
      }),
    );
    const got = await on.client.send(new GetObjectCommand({ Bucket: "media", Key: "s" }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    expect(got.ContentEncoding).toBeUndefined();
    expect(got.ContentLength).toBe(body.length);
  });

  for (const algorithm of ["CRC32", "CRC32C", "SHA1", "SHA256"] as const) {
    it(`may be sent with a ${algorithm} checksum`, async () => {
      const on = await stage();
      await on.client.send(
        new PutObjectCommand({ Bucket: "media", Key: "k", Body: "123456789", ChecksumAlgorithm: algorithm }),
      );
      expect(await text(on, "k")).toBe("123456789");
    });
  }

  it("is not stored when it does not match its checksum", async () => {
    const on = await stage();
    await put(on, "k", "before");
    await expect(
      on.client.send(
        new PutObjectCommand({ Bucket: "media", Key: "k", Body: "after", ChecksumCRC32: "AAAAAA==" }),
      ),
    ).rejects.toMatchObject({ name: "BadDigest" });
    expect(await text(on, "k")).toBe("before");
    expect(await readdir(on.directory)).toHaveLength(1);
  });

  it("may be empty", async () => {
    const on = await stage();
    await put(on, "empty", Buffer.alloc(0));
    expect(await text(on, "empty")).toBe("");
  });

  it("is replaced by the last one put, and leaves no bytes behind", async () => {
    const on = await stage();
    await Promise.all(["1", "2", "3"].map((body) => put(on, "k", body)));
    await put(on, "k", "last");
    expect(await text(on, "k")).toBe("last");
    expect(await readdir(on.directory)).toHaveLength(1);
  });

  it("is read in ranges", async () => {
    const on = await stage();
    await put(on, "k", "0123456789");
    expect(await text(on, "k", "bytes=2-4")).toBe("234");
    expect(await text(on, "k", "bytes=7-")).toBe("789");
    expect(await text(on, "k", "bytes=-3")).toBe("789");
    expect(await text(on, "k", "bytes=5-100")).toBe("56789");
    const got = await on.client.send(new GetObjectCommand({ Bucket: "media", Key: "k", Range: "bytes=0-0" }));
    expect(got).toMatchObject({ ContentRange: "bytes 0-0/10", ContentLength: 1 });
    await expect(text(on, "k", "bytes=10-")).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("does not exist after it was deleted, and deleting it again is not an error", async () => {
    const on = await stage();
    await put(on, "k");
    await on.client.send(new DeleteObjectCommand({ Bucket: "media", Key: "k" }));
    await on.client.send(new DeleteObjectCommand({ Bucket: "media", Key: "k" }));
    await expect(text(on, "k")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(on.client.send(new HeadObjectCommand({ Bucket: "media", Key: "k" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    expect(await readdir(on.directory)).toEqual([]);
  });

  it("is refused when it is over the limit", async () => {
    const on = await stage({ maxObjectBytes: 10 });
    await put(on, "k", "0123456789");
    await expect(put(on, "k", "0123456789a")).rejects.toMatchObject({ name: "EntityTooLarge" });
    expect(await text(on, "k")).toBe("0123456789");
  });

  it("is put only once with If-None-Match: *", async () => {
    const { client } = await stage();
    const once = new PutObjectCommand({ Bucket: "media", Key: "k", Body: "x", IfNoneMatch: "*" });
    await client.send(once);
    await expect(client.send(once)).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  it("may have any name, and no name leads out of the folder", async () => {
    const on = await stage();
    const keys = [
      "../../../etc/passwd",
      "a/../b",
      "ü ñ+&=?#%.txt",
      "a//b/",
      "(x)!*'",
      `long/${"k".repeat(1000)}`,
      "__proto__",
    ];
    for (const key of keys) await put(on, key, `body of ${key}`);
    for (const key of keys) expect(await text(on, key)).toBe(`body of ${key}`);
    expect(await readdir(join(on.directory, ".."))).toEqual(["s3"]);
    expect(await readdir(on.directory)).toHaveLength(keys.length);
    await expect(put(on, "k".repeat(1025))).rejects.toMatchObject({ name: "KeyTooLongError" });
  });
});

describe("a list", () => {
  it("holds the keys under a prefix, in order, page by page", async () => {
    const on = await stage();
    for (const key of ["b/2", "a/1", "b/1", "b/é", "b/10"]) await put(on, key);
    const list = (more: object) =>
      on.client.send(new ListObjectsV2Command({ Bucket: "media", Prefix: "b/", ...more }));
    const all = await list({});
    expect(all.Contents?.map(({ Key }) => Key)).toEqual(["b/1", "b/10", "b/2", "b/é"]);
    expect(all.Contents?.[0]).toMatchObject({ Size: 1, ETag: '"9dd4e461268c8034f5c8564e155c67a6"' });
    const first = await list({ MaxKeys: 3 });
    expect(first.IsTruncated).toBe(true);
    const second = await list({ MaxKeys: 3, ContinuationToken: first.NextContinuationToken });
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(["b/é"]);
    expect(second.IsTruncated).toBe(false);
  });

  it("groups keys by a delimiter", async () => {
    const on = await stage();
    for (const key of ["a/1", "a/2", "b/1", "c"]) await put(on, key);
    const listed = await on.client.send(new ListObjectsV2Command({ Bucket: "media", Delimiter: "/" }));
    expect(listed.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["a/", "b/"]);
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["c"]);
  });

  it("skips common prefixes, page by page", async () => {
    const on = await stage();
    const keys = ["a/1", "a/2", "b", "c\u{10ffff}/1", "c\u{10ffff}/2", "d\ud7ff/1", "e/x/1", "e/y"];
    for (const key of keys) await put(on, key);
    const names: (string | undefined)[] = [];
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await on.client.send(
        new ListObjectsV2Command({ Bucket: "media", Delimiter: "/", MaxKeys: 1, ContinuationToken: token }),
      );
      names.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      names.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
    }
    expect(names).toEqual(["a/", "b", "c\u{10ffff}/", "d\ud7ff/", "e/"]);
    const within = await on.client.send(
      new ListObjectsV2Command({ Bucket: "media", Delimiter: "/", Prefix: "e/", StartAfter: "e/x/" }),
    );
    expect([within.CommonPrefixes, within.Contents?.map(({ Key }) => Key)]).toEqual([undefined, ["e/y"]]);
  });

  it("works with keys that are not safe in XML", async () => {
    const on = await stage();
    await put(on, "<&>\r");
    const listed = await on.client.send(new ListObjectsV2Command({ Bucket: "media" }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["<&>\r"]);
  });
});

describe("a bucket", () => {
  it("can be made, found and listed", async () => {
    const { client } = await stage();
    await client.send(new CreateBucketCommand({ Bucket: "second" }));
    await client.send(new CreateBucketCommand({ Bucket: "second" }));
    await client.send(new HeadBucketCommand({ Bucket: "second" }));
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(["media", "second"]);
  });

  it("keeps its objects, and uploads under way, when it is made again", async () => {
    const on = await stage();
    await put(on, "k", "kept");
    await Promise.all([
      put(on, "big", Buffer.alloc(1_000_000, "x")),
      on.client.send(new CreateBucketCommand({ Bucket: "media" })),
      on.s3.createBucket("media"),
    ]);
    expect(await text(on, "k")).toBe("kept");
    expect(await text(on, "big")).toHaveLength(1_000_000);
  });

  it("that does not exist is reported as missing", async () => {
    const { client } = await stage();
    await expect(client.send(new HeadBucketCommand({ Bucket: "absent" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    await expect(
      client.send(new PutObjectCommand({ Bucket: "absent", Key: "k", Body: "x" })),
    ).rejects.toMatchObject({ name: "NoSuchBucket" });
  });
});

it("shares its objects with code in the same process", async () => {
  const on = await stage();
  await on.s3.write("media", "w", "written", "text/plain");
  expect(await text(on, "w")).toBe("written");
  await put(on, "p", "put");
  expect((await on.s3.read("media", "p"))?.body.toString()).toBe("put");
  expect(await on.s3.read("media", "absent")).toBeUndefined();
});

it("names an operation that it does not have", async () => {
  const { url, client } = await stage();
  await expect(
    client.send(new PutObjectCommand({ Bucket: "media", Key: "k", Body: "x", IfMatch: "e" })),
  ).rejects.toMatchObject({ name: "NotImplemented" });
  expect((await fetch(`${url}/media/k?acl`)).status).toBe(403);
});
