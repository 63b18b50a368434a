import type { FileRef } from "./files.ts";

/**
 * Reads the address of an S3 object: `s3://bucket/key`, or the path-style `https://s3.<region>.amazonaws.com/bucket/key`
 * that Transcribe gives (https://docs.aws.amazon.com/transcribe/latest/APIReference/API_SubtitlesOutput.html).
 */
export function fileAt(uri: string): FileRef {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const path = decodeURIComponent(url?.pathname.slice(1) ?? "");
  if (url?.protocol === "s3:" && path) return { bucket: url.host, key: path };
  const slash = path.indexOf("/");
  if (url && /^s3[.-].*amazonaws\.com(\.cn)?$/.test(url.host) && slash > 0)
    return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
  throw new Error(`not the address of an S3 object: ${uri.slice(0, 200)}`);
}
