import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { uploadHeaders } from "../definition.ts";
import type { FileRef, SignedGet, SignedPut } from "./files.ts";

const UPLOAD_SECONDS = 3600;
const LINK_SECONDS = 3600;

/**
 * Signs an upload. The client needs `requestChecksumCalculation: "WHEN_REQUIRED"`; otherwise the URL would contain the
 * checksum of an empty body.
 */
export async function signPut(
  s3: S3Client,
  { bucket, key }: FileRef,
  size: number,
  mediaType: string,
  now: number,
): Promise<SignedPut> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    ContentLength: size,
    ContentType: mediaType,
    IfNoneMatch: "*",
  });
  const url = await getSignedUrl(s3, command, {
    expiresIn: UPLOAD_SECONDS,
    signableHeaders: new Set(["host", "content-length", ...uploadHeaders]),
  });
  return {
    url,
    headers: { "content-type": mediaType, "if-none-match": "*" },
    expiresAt: now + UPLOAD_SECONDS * 1000,
  };
}

/** Signs a download. */
export async function signGet(s3: S3Client, { bucket, key }: FileRef, now: number): Promise<SignedGet> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  const url = await getSignedUrl(s3, command, { expiresIn: LINK_SECONDS });
  return { url, expiresAt: now + LINK_SECONDS * 1000 };
}
