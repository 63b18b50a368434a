import * as z from "zod/mini";
import { Name, Subject } from "./names.ts";
import { Time } from "./shared-fields.ts";

/** The video application's routes of the HTTP API, by operation; `{id}` is a video's id. */
export const videoRoutes = {
  listVideos: { method: "GET", path: "/videos" },
  prepareVideo: { method: "POST", path: "/videos" },
  playSample: { method: "POST", path: "/videos/sample" },
  startVideo: { method: "POST", path: "/videos/{id}/start" },
  stopVideo: { method: "POST", path: "/videos/{id}/stop" },
  retryVideo: { method: "POST", path: "/videos/{id}/retry" },
} as const;

export type VideoOperation = keyof typeof videoRoutes;

/** How long to wait for an answer, in seconds: from 20 seconds to a week. */
export const answerSeconds = { least: 20, most: 7 * 24 * 3600 } as const;

const VIDEO_ID_RULE = "a video's id is v_…";
export const VideoId = z
  .string({ error: VIDEO_ID_RULE })
  .check(z.regex(/^v_[\w-]{1,64}$/, VIDEO_ID_RULE)) as unknown as z.ZodMiniType<`v_${string}`, string>;
export type VideoId = z.infer<typeof VideoId>;

/** A signed address of a file, and when it expires at the latest. */
const Link = z.object({ url: z.string(), expiresAt: Time });

/** One of the caller's videos; the links lead to the uploaded files. */
export const OwnVideo = z.object({
  videoId: VideoId,
  subject: Subject,
  name: z.string(),
  startedAt: Time,
  video: z.optional(Link),
  captions: z.optional(Link),
});
export type OwnVideo = z.infer<typeof OwnVideo>;

/** `GET /videos`: the videos that the caller has started, the newest first, at most 20. */
export const VideoList = z.object({ videos: z.array(OwnVideo) });
export type VideoList = z.infer<typeof VideoList>;

/** Created by the client, once for each upload: repeating it means the same upload. */
const uploadId = z.optional(Name);

const timeoutSeconds = z.optional(
  z.int().check(z.minimum(answerSeconds.least), z.maximum(answerSeconds.most)),
);

/** `POST /videos`: the files to upload, as the browser names them. */
export const PrepareVideo = z.object({
  uploadId,
  files: z
    .array(
      z.object({
        name: z.string().check(z.minLength(1), z.maxLength(255)),
        /** Bytes. */
        size: z.int(),
        /** The media type; it is used if the file's name does not show the kind. */
        type: z.optional(z.string().check(z.maxLength(100))),
      }),
    )
    .check(z.minLength(1, "choose a video or captions"), z.maxLength(4)),
});
export type PrepareVideo = z.infer<typeof PrepareVideo>;

/** How to PUT each file: to that address, with these headers, and with exactly the size that was given. */
export const PreparedVideo = z.object({
  videoId: VideoId,
  subject: Subject,
  uploads: z.array(
    z.object({
      kind: z.enum(["video", "captions"]),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      expiresAt: Time,
    }),
  ),
});
export type PreparedVideo = z.infer<typeof PreparedVideo>;

/** The languages of the texts that the processing of a video shows to people. */
export const videoLanguages = ["en", "ja"] as const;
export const VideoLanguage = z.enum(videoLanguages);
export type VideoLanguage = z.infer<typeof VideoLanguage>;

/**
 * `POST /videos/{id}/start`: how long to wait for the answer, and the language of the question and the messages; by
 * default the language of the captions.
 */
export const StartVideo = z.object({ timeoutSeconds, lang: z.optional(VideoLanguage) });
export type StartVideo = z.infer<typeof StartVideo>;

/** `POST /videos/sample`: `lang` is the language of its captions, question and messages; English by default. */
export const PlaySample = z.object({ uploadId, timeoutSeconds, lang: z.optional(VideoLanguage) });
export type PlaySample = z.infer<typeof PlaySample>;

/** A video whose processing was started, now or before. */
export const StartedVideo = z.object({ videoId: VideoId, subject: Subject, executionArn: z.string() });
export type StartedVideo = z.infer<typeof StartedVideo>;

/** The empty body of routes that need none. */
export const NoBody = z.object({});

/** The answer to a stop or a retry that was done: the subject of the video. */
export const VideoSubject = z.object({ subject: Subject });
export type VideoSubject = z.infer<typeof VideoSubject>;

/** Why a run cannot be redriven, in `details.reason` of `not_redrivable`. */
export const notRedrivable = {
  ended_well: "it has succeeded: there is nothing to retry",
  gave_up: "the workflow itself ended with a failure, and a redrive would only repeat that",
  too_late: "it can no longer be redriven from where it failed",
} as const;
export type NotRedrivable = keyof typeof notRedrivable;
