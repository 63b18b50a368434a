import { putFile } from "./put-file.ts";
import type { ApiResult, Upload, VideosApi } from "./videos-api.ts";

/** The progress of a start. */
export type StartProgress =
  | { phase: "preparing" }
  | { phase: "uploading"; kind: "video" | "captions"; fraction: number }
  | { phase: "starting" };

/** The files to start with: a video, captions, or both. */
export interface StartFiles {
  video: File | undefined;
  captions: File | undefined;
}

/** Calls once more when there was no answer: the first call may have succeeded, but it takes effect once. */
export async function again<T>(ask: () => Promise<ApiResult<T>>): Promise<ApiResult<T>> {
  const result = await ask();
  return !result.ok && result.error.code === "unreachable" ? ask() : result;
}

/** Uploads the files and starts the post-processing; returns the subject to follow. */
export async function startVideo(
  api: VideosApi,
  files: StartFiles,
  timeoutSeconds: number,
  onProgress: (progress: StartProgress) => void,
  signal: AbortSignal,
  put = putFile,
): Promise<ApiResult<{ subject: string }>> {
  onProgress({ phase: "preparing" });
  const chosen = [files.video, files.captions].filter((file) => file !== undefined);
  const uploadId = api.newUploadId();
  const prepare = () => again(() => api.prepare(chosen, uploadId));
  const prepared = await prepare();
  if (!prepared.ok) return prepared;
  const { videoId, uploads } = prepared.value;
  for (const upload of uploads) {
    const file = files[upload.kind];
    if (!file) continue;
    const send = ({ url, headers }: Upload) => {
      const report = (fraction: number) => onProgress({ phase: "uploading", kind: upload.kind, fraction });
      report(0);
      return put(file, { url, headers }, report, signal);
    };
    let sent = await send(upload);
    if (!sent.ok && (sent.error.code === "upload_again" || sent.error.code === "storage_unreachable")) {
      // The same upload with a new signature: keys may expire before their URLs, and a network comes back.
      const renewed = await prepare();
      if (!renewed.ok) return renewed;
      const fresh = renewed.value.uploads.find(({ kind }) => kind === upload.kind);
      if (fresh) sent = await send(fresh);
    }
    if (!sent.ok) return sent;
  }
  onProgress({ phase: "starting" });
  return again(() => api.start(videoId, timeoutSeconds));
}
