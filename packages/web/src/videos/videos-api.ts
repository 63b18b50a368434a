import type { OwnVideo, PreparedVideo, VideoLanguage } from "@callboard/protocol";
import type { videoCalls } from "../http/calls.ts";
import type { FileLike } from "../model/selection.ts";
import { SignedOut } from "../session/token.ts";
import type { ApiError } from "./api-error.ts";

/** A video of the list; `startedAt` in milliseconds, the URLs are signed and expire. */
export interface Video {
  videoId: string;
  subject: string;
  name: string;
  startedAt: number | undefined;
  videoUrl: string | undefined;
  captionsUrl: string | undefined;
}

export type Upload = PreparedVideo["uploads"][number];

export type ApiResult<T> = { ok: true; value: T } | { ok: false; error: ApiError };

/** The video application's HTTP API. */
export interface VideosApi {
  /** For one upload: with this id `prepare` and `playSample` can be repeated, and take effect once. */
  newUploadId(): string;
  list(): Promise<ApiResult<Video[]>>;
  prepare(files: readonly FileLike[], uploadId: string): Promise<ApiResult<PreparedVideo>>;
  /** Starts the post-processing; starting the same video again changes nothing. */
  start(videoId: string, timeoutSeconds: number): Promise<ApiResult<{ subject: string }>>;
  /** `lang` is the language of its captions, its question and its messages. */
  playSample(
    timeoutSeconds: number,
    uploadId: string,
    lang: VideoLanguage,
  ): Promise<ApiResult<{ subject: string }>>;
  /** Stops the run of a video; an ended one stays as it is. */
  stop(videoId: string): Promise<ApiResult<{ subject: string }>>;
  /** Resumes a failed or stopped run; refused with `not_redrivable` when that is impossible. */
  retry(videoId: string): Promise<ApiResult<{ subject: string }>>;
}

interface VideosApiOptions {
  /** The base of the HTTP API, without a slash at its end. */
  httpUrl: string;
  token: () => Promise<string>;
  fetch: typeof globalThis.fetch;
  newId: () => string;
}

const ANSWER_MS = 20_000;

type Calls = typeof videoCalls;
type Answer<Name extends keyof Calls> = ReturnType<Calls[Name]["answer"]["parse"]>;

/** Calls the HTTP API with the tab's token; every request times out after 20 seconds. */
export function videosApi({ httpUrl, token, fetch, newId }: VideosApiOptions): VideosApi {
  async function call<Name extends keyof Calls>(
    name: Name,
    { videoId = "", body }: { videoId?: string; body?: unknown } = {},
  ): Promise<ApiResult<Answer<Name>>> {
    try {
      const { HttpError, videoCalls } = await import("../http/calls.ts");
      const { method, path, answer } = videoCalls[name];
      const response = await fetch(`${httpUrl}${path.replace("{id}", encodeURIComponent(videoId))}`, {
        method,
        cache: "no-store",
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const json: unknown = await response.json().catch(() => undefined);
      if (response.ok) return { ok: true, value: answer.parse(json) as Answer<Name> };
      const failure = HttpError.safeParse(json);
      if (!failure.success) return { ok: false, error: statusError(response.status) };
      const { code, details = {} } = failure.data.error;
      return { ok: false, error: { code, details: { ...details, status: response.status } } };
    } catch (error) {
      if (error instanceof SignedOut) return { ok: false, error: { code: "signed_out" } };
      return { ok: false, error: { code: "unreachable" } };
    }
  }

  return {
    newUploadId: newId,
    async list() {
      const result = await call("list");
      return result.ok ? { ok: true, value: result.value.videos.map(videoOf) } : result;
    },
    prepare: (files, uploadId) =>
      call("prepare", {
        body: { uploadId, files: files.map(({ name, size, type }) => ({ name, size, type })) },
      }),
    start: (videoId, timeoutSeconds) => call("start", { videoId, body: { timeoutSeconds } }),
    playSample: (timeoutSeconds, uploadId, lang) =>
      call("playSample", { body: { timeoutSeconds, uploadId, lang } }),
    stop: (videoId) => call("stop", { videoId, body: {} }),
    retry: (videoId) => call("retry", { videoId, body: {} }),
  };
}

const videoOf = ({ videoId, subject, name, startedAt, video, captions }: OwnVideo): Video => ({
  videoId,
  subject,
  name,
  startedAt,
  videoUrl: video?.url,
  captionsUrl: captions?.url,
});

const byStatus: Readonly<Record<number, string>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
};

/** The error for a status without a text from the server. */
const statusError = (status: number): ApiError => {
  const code = byStatus[status];
  return code === undefined ? { code: "internal", details: { status } } : { code };
};
