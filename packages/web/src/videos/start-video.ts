import { putFile } from "./put-file.ts";
import type { ApiResult, VideosApi } from "./videos-api.ts";

/** How far a start has come. */
export type StartProgress =
  | { phase: "preparing" }
  | { phase: "uploading"; kind: "video" | "captions"; fraction: number }
  | { phase: "starting" };

/** What to start from: a video, captions, or both. */
export interface StartFiles {
  video: File | undefined;
  captions: File | undefined;
}

/** Uploads the files and starts the post-processing; gives the subject to follow. */
export async function startVideo(
  api: VideosApi,
  files: StartFiles,
  timeoutSeconds: number,
  onProgress: (progress: StartProgress) => void,
  signal: AbortSignal,
): Promise<ApiResult<{ subject: string }>> {
  onProgress({ phase: "preparing" });
  const chosen = [files.video, files.captions].filter((file) => file !== undefined);
  const prepared = await api.prepare(chosen);
  if (!prepared.ok) return prepared;
  for (const upload of prepared.value.uploads) {
    const file = files[upload.kind];
    if (!file) continue;
    const report = (fraction: number) => onProgress({ phase: "uploading", kind: upload.kind, fraction });
    report(0);
    const put = await putFile(file, upload, report, signal);
    if (!put.ok) return put;
  }
  onProgress({ phase: "starting" });
  const started = await api.start(prepared.value.videoId, timeoutSeconds);
  // The first call may have been heard although its answer was lost; a start is idempotent.
  return !started.ok && started.error.code === "unreachable"
    ? api.start(prepared.value.videoId, timeoutSeconds)
    : started;
}
