import type { Readable } from "node:stream";

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
