import type { HttpError, NotRedrivable, OwnVideo, PreparedVideo } from "@callboard/protocol";
import type { videoCalls } from "../http/calls.ts";
import type { FileLike } from "../model/selection.ts";
import { SignedOut } from "../session/session.ts";

/** A video of the list; `startedAt` in milliseconds, the URLs signed and of limited life. */
export interface Video {
  videoId: string;
  subject: string;
  name: string;
  startedAt: number | undefined;
  videoUrl: string | undefined;
  captionsUrl: string | undefined;
}

export type Upload = PreparedVideo["uploads"][number];

/** What went wrong, in words for whoever reads them; `field` is what they concern. */
export interface ApiError {
  code: string;
  message: string;
  field?: string;
}
export type ApiResult<T> = { ok: true; value: T } | { ok: false; error: ApiError };

/** The video application's HTTP API. */
export interface VideosApi {
  /** For one upload: with it `prepare` and `playSample` may be asked again, and happen once. */
  newUploadId(): string;
  list(): Promise<ApiResult<Video[]>>;
  prepare(files: readonly FileLike[], uploadId: string): Promise<ApiResult<PreparedVideo>>;
  /** Starts the post-processing; starting the same video again changes nothing. */
  start(videoId: string, timeoutSeconds: number): Promise<ApiResult<{ subject: string }>>;
  playSample(timeoutSeconds: number, uploadId: string): Promise<ApiResult<{ subject: string }>>;
  /** Stops the run of a video; one that has ended stays as it is. */
  stop(videoId: string): Promise<ApiResult<{ subject: string }>>;
  /** Lets a run that failed or was stopped go on from there; refused with `not_redrivable` when it cannot. */
  retry(videoId: string): Promise<ApiResult<{ subject: string }>>;
}

interface VideosApiOptions {
  /** The base of the HTTP API, without a slash at its end. */
  httpUrl: string;
  token: () => Promise<string>;
  fetch: typeof globalThis.fetch;
  newId: () => string;
}

const answerMs = 20_000;

type Calls = typeof videoCalls;
type Answer<Name extends keyof Calls> = ReturnType<Calls[Name]["answer"]["parse"]>;

/** Speaks to the HTTP API with the tab's token; every request gives up after 20 seconds. */
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
        signal: AbortSignal.timeout(answerMs),
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const json: unknown = await response.json().catch(() => undefined);
      if (response.ok) return { ok: true, value: answer.parse(json) as Answer<Name> };
      const failure = HttpError.safeParse(json);
      return {
        ok: false,
        error: failure.success ? errorOf(failure.data.error) : statusError(response.status),
      };
    } catch (error) {
      if (error instanceof SignedOut) return { ok: false, error: signedOut };
      return { ok: false, error: { code: "unreachable", message: "The server does not answer. Try again." } };
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
    playSample: (timeoutSeconds, uploadId) => call("playSample", { body: { timeoutSeconds, uploadId } }),
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

/** A refusal in words for whoever pressed the button. */
function errorOf({ code, details = {} }: HttpError["error"]): ApiError {
  switch (code) {
    case "bad_message": {
      const [issue = ""] = (details.issues as string[] | undefined) ?? [];
      const [, field, rule] = /^([\w.]+): (.+)$/.exec(issue) ?? [];
      return { code, message: `${sentence(rule ?? "The request does not fit")}.`, ...(field && { field }) };
    }
    case "nothing_uploaded":
      return { code, message: `${details.fileName ?? "A file"} has not arrived yet.` };
    case "not_redrivable":
      return { code, message: notAgain[details.reason as NotRedrivable] ?? notAgain.too_late };
    case "rate_limited": {
      const minutes = Math.ceil(Number(details.retryAfterMs ?? 60_000) / 60_000);
      return { code, message: `You have sent many videos. Try again in ${minutes} min.` };
    }
    case "conflict":
      return { code, message: "Other files are on their way under this name. Choose your files again." };
    default:
      return { ...statusError(500), ...words[code] };
  }
}

const signedOut: ApiError = { code: "unauthorized", message: "Your sign-in has ended. Sign in again." };

const notAgain: Readonly<Record<NotRedrivable, string>> = {
  ended_well: "It has ended well: there is nothing to try again.",
  gave_up: "The workflow gave up by itself, and from there it would only do so again. Start the video anew.",
  too_late: "It can no longer go on from where it failed. Start the video anew.",
};

/** What is wrong when the server no longer takes the token. */
export const linkExpired: ApiError = {
  code: "unauthorized",
  message: "Your link has expired. Open a fresh one.",
};

const words: Readonly<Record<string, ApiError>> = {
  unauthorized: linkExpired,
  forbidden: { code: "forbidden", message: "You may not do that." },
  not_found: { code: "not_found", message: "There is no such thing here." },
};

const byStatus: Readonly<Record<number, string>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
};

const statusError = (status: number): ApiError =>
  words[byStatus[status] ?? ""] ?? {
    code: "internal",
    message: `Something went wrong on the server (${status}). Try again.`,
  };

const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
