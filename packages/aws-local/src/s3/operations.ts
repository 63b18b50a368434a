import type { Operations } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import { verified } from "./contents.ts";
import { pageOf } from "./list-objects.ts";
import type { ObjectRecord, ObjectStore } from "./object-store.ts";
import { S3Error } from "./xml.ts";

type Input = Readonly<Record<string, unknown>>;

/** A larger object must be read as a stream, over HTTP. */
export const MAX_READ_SIZE = 64 * 1024 ** 2;
const MAX_DELETED = 1000;

/**
 * S3's operations for code in this process, in the shapes of the AWS SDK, except that bodies are text. They throw
 * `S3Error`s. `checkBucket` throws if the bucket does not exist.
 */
export function s3Operations(objects: ObjectStore, checkBucket: (bucket: string) => void): Operations {
  const bucketOf = (input: Input): string => {
    const bucket = text(input, "Bucket");
    checkBucket(bucket);
    return bucket;
  };
  const open = async (bucket: string, key: string) => {
    const opened = await objects.open(bucket, key);
    if (opened) return opened;
    throw new S3Error("NoSuchKey", 404, "The specified key does not exist.", { Key: key });
  };

  return {
    async GetObject(input: Input) {
      const { record, file } = await open(bucketOf(input), text(input, "Key"));
      try {
        if (record.size > MAX_READ_SIZE)
          throw new S3Error("EntityTooLarge", 400, `An object of ${record.size} bytes is read as a stream.`);
        const pieces: Uint8Array[] = [];
        for await (const piece of verified(once(await file.readFile()), record.etag)) pieces.push(piece);
        return { ...described(record), Body: Buffer.concat(pieces).toString("utf8") };
      } finally {
        await file.close();
      }
    },

    async HeadObject(input: Input) {
      const { record, file } = await open(bucketOf(input), text(input, "Key"));
      await file.close();
      return described(record);
    },

    async PutObject(input: Input) {
      const { Body: body = "", ContentType: type = "application/octet-stream" } = input;
      const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      const put = await objects.put(bucketOf(input), text(input, "Key"), once(bytes), () => ({
        "content-type": String(type),
        ...metadataHeaders(input.Metadata),
      }));
      return { ETag: quoted(put as ObjectRecord) };
    },

    async CopyObject(input: Input) {
      const bucket = bucketOf(input);
      const source = sourceOf(text(input, "CopySource"));
      checkBucket(source.bucket);
      const { record, file } = await open(source.bucket, source.key);
      try {
        const bytes = verified(file.createReadStream({ autoClose: false }), record.etag);
        const copy = (await objects.put(
          bucket,
          text(input, "Key"),
          bytes,
          () => record.headers,
        )) as ObjectRecord;
        return {
          CopyObjectResult: { ETag: quoted(copy), LastModified: new Date(copy.lastModified).toISOString() },
        };
      } finally {
        await file.close();
      }
    },

    async DeleteObject(input: Input) {
      await objects.remove(bucketOf(input), text(input, "Key"));
      return {};
    },

    async DeleteObjects(input: Input) {
      const bucket = bucketOf(input);
      const listed = isObject(input.Delete) ? input.Delete.Objects : undefined;
      if (!Array.isArray(listed) || listed.length === 0 || listed.length > MAX_DELETED)
        throw new S3Error("MalformedXML", 400, `Delete.Objects must have 1 to ${MAX_DELETED} members.`);
      const keys = listed.map((one: unknown) => text(isObject(one) ? one : {}, "Key"));
      for (const key of keys) await objects.remove(bucket, key);
      return { Deleted: keys.map((Key) => ({ Key })) };
    },

    async ListObjectsV2(input: Input) {
      const bucket = bucketOf(input);
      const prefix = optionalText(input, "Prefix");
      const delimiter = optionalText(input, "Delimiter");
      const page = pageOf(objects, bucket, {
        prefix,
        delimiter,
        startAfter: optionalText(input, "StartAfter"),
        token: optionalText(input, "ContinuationToken"),
        most: input.MaxKeys === undefined ? undefined : Number(input.MaxKeys),
      });
      const prefixes = page.entries.filter(({ record }) => !record);
      return {
        Name: bucket,
        Prefix: prefix ?? "",
        KeyCount: page.entries.length,
        MaxKeys: page.most,
        IsTruncated: page.next !== undefined,
        ...(page.next === undefined ? {} : { NextContinuationToken: page.next }),
        Contents: page.entries.flatMap(({ record }) => (record ? [listedAs(record)] : [])),
        ...(prefixes.length === 0 ? {} : { CommonPrefixes: prefixes.map(({ name }) => ({ Prefix: name })) }),
      };
    },
  };
}

const quoted = ({ etag }: ObjectRecord): string => `"${etag}"`;

const listedAs = (record: ObjectRecord) => ({
  Key: record.key,
  LastModified: new Date(record.lastModified).toISOString(),
  ETag: quoted(record),
  Size: record.size,
  StorageClass: "STANDARD",
});

function described(record: ObjectRecord) {
  const metadata = Object.entries(record.headers)
    .filter(([name]) => name.startsWith(METADATA))
    .map(([name, value]) => [name.slice(METADATA.length), value]);
  return {
    AcceptRanges: "bytes",
    ContentLength: record.size,
    ContentType: record.headers["content-type"] ?? "binary/octet-stream",
    ETag: quoted(record),
    LastModified: new Date(record.lastModified).toISOString(),
    Metadata: Object.fromEntries(metadata),
  };
}

const METADATA = "x-amz-meta-";

function metadataHeaders(metadata: unknown): Record<string, string> {
  if (!isObject(metadata)) return {};
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [`${METADATA}${name.toLowerCase()}`, String(value)]),
  );
}

/** `bucket/key`, whose key may be encoded as in a URL. */
function sourceOf(source: string): { bucket: string; key: string } {
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(source) ?? [];
  if (!bucket || !key || bucket.endsWith(":"))
    throw new S3Error(
      "InvalidArgument",
      400,
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  try {
    return { bucket, key: decodeURIComponent(key) };
  } catch {
    return { bucket, key };
  }
}

function text(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value !== undefined && value !== "") return value;
  throw new S3Error("InvalidArgument", 400, `${name} is required.`);
}

function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new S3Error("InvalidArgument", 400, `${name} must be a string.`);
}

async function* once(bytes: Uint8Array) {
  if (bytes.length > 0) yield bytes;
}
