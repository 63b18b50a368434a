import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Files, FilesToRead } from "./files.ts";

/** Reads the sizes of objects. */
export const s3Size =
  (s3: S3Client): Files["size"] =>
  async ({ bucket, key }) => {
    try {
      const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return head.ContentLength;
    } catch (cause) {
      if (cause instanceof NotFound) return undefined;
      throw cause;
    }
  };

/** Objects of S3 buckets, read only by byte ranges. */
export const s3Reads = (s3: S3Client): FilesToRead => ({
  size: s3Size(s3),
  async read({ bucket, key }, start, end) {
    if (start >= end) return new Uint8Array();
    const range = `bytes=${start}-${end - 1}`;
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
    if (!answer.Body) throw new Error(`s3 answered ${key} without a body`);
    return answer.Body.transformToByteArray();
  },
});

export const s3Writes = (s3: S3Client): Pick<Files, "write"> => ({
  async write({ bucket, key }, body, size, mediaType) {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentLength: size,
        ContentType: mediaType,
      }),
    );
  },
});

const s3Removals = (s3: S3Client): Pick<Files, "remove"> => ({
  async remove({ bucket, key }) {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  },
});

/** The files of S3 buckets. */
export const s3Files = (s3: S3Client): Files => ({ ...s3Reads(s3), ...s3Writes(s3), ...s3Removals(s3) });
