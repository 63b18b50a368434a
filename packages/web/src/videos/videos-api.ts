import * as z from "zod/mini";
import type { FileLike } from "../model/selection.ts";
import { SignedOut } from "../session/session.ts";

const Link = z.object({ url: z.string() });
const Video = z.object({
  videoId: z.string(),
  subject: z.string(),
  name: z.string(),
  startedAt: z.optional(z.union([z.number(), z.string()])),
  video: z.nullish(Link),
  captions: z.nullish(Link),
});
const VideoList = z.object({ videos: z.array(Video) });
const Started = z.object({ subject: z.string() });
const Prepared = z.object({
  videoId: z.string(),
  subject: z.string(),
  uploads: z.array(
    z.object({
      kind: z.enum(["video", "captions"]),
      url: z.string(),
      headers: z.optional(z.record(z.string(), z.string())),
    }),
  ),
});
const Failure = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.optional(z.string()) }),
});

/** A video of the list; `startedAt` in milliseconds, the URLs signed and of limited life. */
export interface Video {
  videoId: string;
  subject: string;
  name: string;
  startedAt: number | undefined;
  videoUrl: string | undefined;
  captionsUrl: string | undefined;
}

type Prepared = z.infer<typeof Prepared>;
export type ApiError = z.infer<typeof Failure>["error"];
export type ApiResult<T> = { ok: true; value: T } | { ok: false; error: ApiError };

/** The page's back end: the list of videos, and starting one. */
export interface VideosApi {
  list(): Promise<ApiResult<Video[]>>;
  prepare(files: readonly FileLike[]): Promise<ApiResult<Prepared>>;
  /** Starts the post-processing; starting the same video again changes nothing. */
  start(videoId: string, timeoutSeconds: number): Promise<ApiResult<{ subject: string }>>;
  playSample(timeoutSeconds: number): Promise<ApiResult<{ subject: string }>>;
  /** Stops the run of a video; one that has ended stays as it is. */
  stop(videoId: string): Promise<ApiResult<{ subject: string }>>;
  /** Lets a run that failed or was stopped go on from there; refused with `not_redrivable` when it cannot. */
  retry(videoId: string): Promise<ApiResult<{ subject: string }>>;
}

const answerMs = 20_000;

/** Speaks to `dev/videos` beside the page; every request gives up after 20 seconds. */
export function videosApi(
  base: URL,
  token: () => Promise<string>,
  fetch: typeof globalThis.fetch,
): VideosApi {
  async function call<T>(
    path: string,
    schema: { parse(value: unknown): T },
    body?: unknown,
  ): Promise<ApiResult<T>> {
    try {
      const response = await fetch(new URL(path, base), {
        method: body === undefined ? "GET" : "POST",
        cache: "no-store",
        signal: AbortSignal.timeout(answerMs),
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const json: unknown = await response.json().catch(() => undefined);
      if (response.ok) return { ok: true, value: schema.parse(json) };
      const failure = Failure.safeParse(json);
      return { ok: false, error: failure.success ? failure.data.error : statusError(response.status) };
    } catch (error) {
      if (error instanceof SignedOut) return { ok: false, error: signedOut };
      return { ok: false, error: { code: "unreachable", message: "The server does not answer. Try again." } };
    }
  }

  return {
    async list() {
      const result = await call("dev/videos", VideoList);
      return result.ok ? { ok: true, value: result.value.videos.map(videoOf) } : result;
    },
    prepare: (files) =>
      call("dev/videos", Prepared, {
        files: files.map((file) => ({ name: file.name, size: file.size, type: file.type })),
      }),
    start: (videoId, timeoutSeconds) =>
      call(`dev/videos/${encodeURIComponent(videoId)}/start`, Started, { timeoutSeconds }),
    playSample: (timeoutSeconds) => call("dev/videos/sample", Started, { timeoutSeconds }),
    stop: (videoId) => call(`dev/videos/${encodeURIComponent(videoId)}/stop`, Started, {}),
    retry: (videoId) => call(`dev/videos/${encodeURIComponent(videoId)}/retry`, Started, {}),
  };
}

function videoOf(video: z.infer<typeof Video>): Video {
  const startedAt = typeof video.startedAt === "string" ? Date.parse(video.startedAt) : video.startedAt;
  return {
    videoId: video.videoId,
    subject: video.subject,
    name: video.name,
    startedAt: Number.isNaN(startedAt) ? undefined : startedAt,
    videoUrl: video.video?.url,
    captionsUrl: video.captions?.url,
  };
}

const signedOut: ApiError = { code: "unauthorized", message: "Your sign-in has ended. Sign in again." };

function statusError(status: number): ApiError {
  if (status === 401) return { code: "unauthorized", message: "Your link has expired. Open a fresh one." };
  if (status === 403) return { code: "forbidden", message: "You may not do that." };
  if (status === 404) return { code: "not_found", message: "There is no such thing here." };
  return { code: "internal", message: `Something went wrong on the server (${status}). Try again.` };
}
