import type { OwnVideo } from "@callboard/protocol";
import type { FileRef, Intake } from "../files/files.ts";
import { newestOwned } from "./owned.ts";
import type { StartedEntry } from "./start.ts";

const LISTED = 20;
const ENTRY_LIMIT = 16 * 1024;

/** The videos that a principal has started, the newest first, with signed links to their uploaded files. */
export async function listOwnVideos(files: Intake, bucket: string, owner: string): Promise<OwnVideo[]> {
  const found = await newestOwned(files, bucket, owner, "started", LISTED);
  const videos = await Promise.all(found.map(({ file }) => ownVideo(files, file)));
  return videos.filter((video) => video !== undefined);
}

/** Undefined for a video that has expired since it was listed. */
async function ownVideo(files: Intake, entry: FileRef): Promise<OwnVideo | undefined> {
  const text = await files.readText(entry, ENTRY_LIMIT);
  if (text === undefined) return undefined;
  const { videoId, startedAt, video, captions } = JSON.parse(text) as StartedEntry;
  return {
    videoId,
    subject: `video/${videoId}`,
    name: video?.fileName ?? captions?.fileName ?? videoId,
    startedAt,
    ...(video ? { video: await files.signGet(video) } : {}),
    ...(captions ? { captions: await files.signGet(captions) } : {}),
  };
}
