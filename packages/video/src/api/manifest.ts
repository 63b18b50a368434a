import type { VideoId } from "@callboard/protocol";
import { type Intake, keys } from "../files/files.ts";
import type { AcceptedFile } from "../upload.ts";

/** The expected uploads of a video, and its owner. */
export interface Manifest {
  /** `user/ana`. */
  readonly owner: string;
  readonly files: readonly AcceptedFile[];
  /** When the upload was prepared, in milliseconds. */
  readonly at: number;
}

const MANIFEST_LIMIT = 16 * 1024;

const placeOf = (bucket: string, videoId: VideoId) => ({ bucket, key: keys.manifest(videoId) });

export async function readManifest(
  files: Pick<Intake, "readText">,
  bucket: string,
  videoId: VideoId,
): Promise<Manifest | undefined> {
  const text = await files.readText(placeOf(bucket, videoId), MANIFEST_LIMIT);
  return text === undefined ? undefined : (JSON.parse(text) as Manifest);
}

/** Writes the manifest of a new video. If several processes do so at once, one wins, and all get what it wrote. */
export async function createManifest(
  files: Intake,
  bucket: string,
  videoId: VideoId,
  manifest: Manifest,
): Promise<Manifest> {
  const created = await files.create(placeOf(bucket, videoId), JSON.stringify(manifest), "application/json");
  if (created) return manifest;
  const there = await readManifest(files, bucket, videoId);
  if (!there) throw new Error("the existing manifest cannot be read");
  return there;
}
