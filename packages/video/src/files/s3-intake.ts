import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { FileRef, Intake } from "./files.ts";
import { signGet, signPut } from "./presign.ts";
import { s3Size } from "./s3-files.ts";

/** If two clients write one object at the same time, S3 may tell both to try again. */
const MAX_TRIES = 4;

/**
 * The bucket for code that accepts videos. The client signs uploads, so it needs `requestChecksumCalculation:
 * "WHEN_REQUIRED"`.
 */
export const s3Intake = (s3: S3Client, now: () => number): Intake => ({
  size: s3Size(s3),
  async readText({ bucket, key }, limit) {
    try {
      const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!Body || ContentLength > limit)
        throw new Error(`the object has no body, or more than ${limit} bytes`);
      return await Body.transformToString("utf8");
    } catch (cause) {
      if (cause instanceof NoSuchKey) return undefined;
      throw cause;
    }
  },
  async create({ bucket, key }, body, mediaType) {
    for (let tries = 1; ; tries++) {
      const outcome = await putNew(s3, { bucket, key }, body, mediaType);
      if (outcome !== "again") return outcome === "created";
      if (tries === MAX_TRIES) throw new Error("other writers keep changing the object");
    }
  },
  async list({ bucket, key }, most) {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: most }),
    );
    return Contents.map((object) => object.Key!);
  },
  signPut: (file, size, mediaType) => signPut(s3, file, size, mediaType, now()),
  signGet: (file) => signGet(s3, file, now()),
});

/**
 * 412: the object exists. 409: undecided. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
async function putNew(
  s3: S3Client,
  { bucket, key }: FileRef,
  body: Uint8Array | string,
  mediaType: string,
): Promise<"created" | "taken" | "again"> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        // Otherwise an empty body would be taken for a stream.
        ContentLength: Buffer.byteLength(body),
        ContentType: mediaType,
        IfNoneMatch: "*",
      }),
    );
    return "created";
  } catch (cause) {
    if (!(cause instanceof S3ServiceException)) throw cause;
    const status = cause.$metadata.httpStatusCode;
    if (status === 412) return "taken";
    if (status === 409) return "again";
    throw cause;
  }
}
