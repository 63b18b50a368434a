import type { Readable } from "node:stream";
import type { uploadHeaders } from "../definition.ts";
import { FileFault } from "../faults.ts";

/** An object of a bucket. */
export interface FileRef {
  readonly bucket: string;
  readonly key: string;
}

/** The bucket as whoever only reads it needs it. */
export type FilesToRead = Pick<Files, "size" | "read">;

/** The bucket as the task functions use it. */
export interface Files {
  /** Bytes of the object, or undefined when there is none. */
  size(file: FileRef): Promise<number | undefined>;
  /** The bytes from `start` up to, without, `end`. */
  read(file: FileRef, start: number, end: number): Promise<Uint8Array>;
  write(file: FileRef, body: Uint8Array | string | Readable, size: number, mediaType: string): Promise<void>;
  /** Removes the object; having none is no error. */
  remove(file: FileRef): Promise<void>;
}

/**
 * A PUT that a browser can do by itself, once, until `expiresAt` (milliseconds), of exactly this size and type. What
 * stands there already answers it with 412.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export interface SignedPut {
  readonly url: string;
  /** Sent as they are; the browser adds the signed Content-Length by itself. */
  readonly headers: Readonly<Record<(typeof uploadHeaders)[number], string>>;
  readonly expiresAt: number;
}

/** A GET that a browser can do by itself until `expiresAt` (milliseconds), or until the keys end that signed it. */
export interface SignedGet {
  readonly url: string;
  readonly expiresAt: number;
}

/** The bucket as whoever takes videos in uses it. */
export interface Intake extends Pick<Files, "size"> {
  /** A text of at most `limit` bytes, or undefined when there is none. Rejects when it is longer. */
  readText(file: FileRef, limit: number): Promise<string | undefined>;
  /** Writes an object where there is none; false: one stands there already, and stays as it is. */
  create(file: FileRef, body: Uint8Array | string, mediaType: string): Promise<boolean>;
  /** The first `most` keys that begin so, in the order of their characters. */
  list(folder: FileRef, most: number): Promise<string[]>;
  /** A PUT that a browser does by itself. */
  signPut(file: FileRef, size: number, mediaType: string): Promise<SignedPut>;
  /** An address from which a browser reads the object. */
  signGet(file: FileRef): Promise<SignedGet>;
}

/** Where the files of a video stand in the deployment's bucket; the state machine spells the same keys. */
export const keys = {
  /** Everything uploaded for the video or made from it while preparing. */
  folder: (videoId: string) => `videos/${videoId}/`,
  video: (videoId: string) => `videos/${videoId}/video.mp4`,
  captions: (videoId: string, format: "vtt" | "srt") => `videos/${videoId}/captions.${format}`,
  /** Who may start the processing, and what the uploaded files were called. */
  manifest: (videoId: string) => `videos/${videoId}/upload.json`,
  /** What somebody has prepared, started or seen as a sample: a folder whose first keys are the newest. `owner` is a digest. */
  owned: (owner: string, what: "prepared" | "started" | "samples") => `videos/of/${owner}/${what}/`,
};

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

/** Reads an object whole; `what` names it in the fault of one that is missing or over `limit` bytes. */
export async function readWhole(
  files: FilesToRead,
  file: FileRef,
  limit: number,
  what: string,
): Promise<Uint8Array> {
  const size = await files.size(file);
  if (size === undefined) throw new FileFault("NothingUploaded", `${what} did not arrive`);
  if (size > limit) throw new FileFault("TooLarge", `${what} is over ${Math.floor(limit / 1024 / 1024)} MB`);
  return files.read(file, 0, size);
}
