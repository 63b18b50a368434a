import type { Readable } from "node:stream";
import type { uploadHeaders } from "../definition.ts";
import { FileFault } from "../faults.ts";

/** An object in a bucket. */
export interface FileRef {
  readonly bucket: string;
  readonly key: string;
}

/** The bucket for code that only reads. */
export type FilesToRead = Pick<Files, "size" | "read">;

/** The bucket for the task functions. */
export interface Files {
  /** The object's size in bytes; undefined if it does not exist. */
  size(file: FileRef): Promise<number | undefined>;
  /** The bytes from `start` up to, but not including, `end`. */
  read(file: FileRef, start: number, end: number): Promise<Uint8Array>;
  write(file: FileRef, body: Uint8Array | string | Readable, size: number, mediaType: string): Promise<void>;
  /** Removes the object; it is no error if it does not exist. */
  remove(file: FileRef): Promise<void>;
}

/**
 * A PUT that a browser can send without credentials until `expiresAt` (milliseconds), with exactly this size and type.
 * If the object exists, S3 answers 412. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export interface SignedPut {
  readonly url: string;
  /** Headers to send; the browser itself adds the signed Content-Length. */
  readonly headers: Readonly<Record<(typeof uploadHeaders)[number], string>>;
  readonly expiresAt: number;
}

/**
 * A GET that a browser can send without credentials until `expiresAt` (milliseconds), or until the credentials that
 * signed it expire.
 */
export interface SignedGet {
  readonly url: string;
  readonly expiresAt: number;
}

/** The bucket for code that accepts videos. */
export interface Intake extends Pick<Files, "size"> {
  /** A text of at most `limit` bytes; undefined if it does not exist. Rejects if it is longer. */
  readText(file: FileRef, limit: number): Promise<string | undefined>;
  /** Writes an object if it does not exist; returns false, and changes nothing, if it exists. */
  create(file: FileRef, body: Uint8Array | string, mediaType: string): Promise<boolean>;
  /** The first `most` keys with this prefix, in the order of their characters. */
  list(folder: FileRef, most: number): Promise<string[]>;
  /** A PUT that a browser can send. */
  signPut(file: FileRef, size: number, mediaType: string): Promise<SignedPut>;
  /** An address from which a browser reads the object. */
  signGet(file: FileRef): Promise<SignedGet>;
}

/** The keys of a video's files in the deployment's bucket; the state machine contains the same keys. */
export const keys = {
  /** All uploads of the video, and everything that preparing makes from them. */
  folder: (videoId: string) => `videos/${videoId}/`,
  video: (videoId: string) => `videos/${videoId}/video.mp4`,
  captions: (videoId: string, format: "vtt" | "srt") => `videos/${videoId}/captions.${format}`,
  /** The owner of the video, and the original names of its uploaded files. */
  manifest: (videoId: string) => `videos/${videoId}/upload.json`,
  /**
   * What a person has prepared, started or played as a sample: a folder whose first keys are the newest. `owner` is a
   * hash.
   */
  owned: (owner: string, what: "prepared" | "started" | "samples") => `videos/of/${owner}/${what}/`,
};

/**
 * Parses the address of an S3 object: `s3://bucket/key`, or the path-style
 * `https://s3.<region>.amazonaws.com/bucket/key` that Transcribe returns
 * (https://docs.aws.amazon.com/transcribe/latest/APIReference/API_SubtitlesOutput.html).
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

/** Reads a complete object; `what` names it in the error if it is missing or over `limit` bytes. */
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
