import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Files } from "./files.ts";

/** The files of S3 buckets; an object is read by byte ranges alone. */
export function s3Files(s3: S3Client): Files {
  return {
    async size({ bucket, key }) {
      try {
        const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return head.ContentLength;
      } catch (cause) {
        if (cause instanceof NotFound) return undefined;
        throw cause;
      }
    },
    async read({ bucket, key }, start, end) {
      if (start >= end) return new Uint8Array();
      const range = `bytes=${start}-${end - 1}`;
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
      if (!answer.Body) throw new Error(`s3 answered ${key} without a body`);
      return answer.Body.transformToByteArray();
    },
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
    async remove({ bucket, key }) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}
