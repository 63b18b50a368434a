import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import {
  type Caller,
  type HttpAnswer,
  type HttpHandlerParts,
  type HttpRequest,
  httpFailure,
  httpHandler,
  httpResult,
  httpUnread,
  isOwner,
  mayFollow,
  readJsonBody,
  retryAfter,
} from "@callboard/functions/http";
import {
  NoBody,
  PlaySample,
  type PreparedVideo,
  PrepareVideo,
  type StartedVideo,
  StartVideo,
  VideoId,
  type VideoList,
  type VideoOperation,
  type VideoSubject,
  videoRoutes,
  workChannel,
} from "@callboard/protocol";
import { s3Intake } from "../files/s3-intake.ts";
import { listOwnVideos } from "./own-videos.ts";
import { prepareVideo } from "./prepare.ts";
import { retryRun, stopRun } from "./runs.ts";
import { playSample, type SampleParts } from "./sample.ts";
import { startVideo } from "./start.ts";

type VideosParts = SampleParts & Pick<HttpHandlerParts<VideoOperation>, "clock" | "log">;

export interface VideosSettings
  extends Pick<
    VideosParts,
    "bucket" | "stateMachineArn" | "recordingArn" | "sample" | "newId" | "clock" | "log"
  > {
  /** Signs uploads, so it needs `requestChecksumCalculation: "WHEN_REQUIRED"`. */
  readonly s3: S3Client;
  readonly sfn: SFNClient;
}

/**
 * The function `videos`, the video application's part of the HTTP API. Users see their own list. Preparing and starting
 * a video needs a capability that matches its `work:` channel; only its owners may stop it and retry it.
 */
export function createVideos({ s3, ...settings }: VideosSettings) {
  const { now } = settings.clock;
  const parts: VideosParts = { ...settings, files: s3Intake(s3, now), now };
  return httpHandler({
    routes: videoRoutes,
    clock: parts.clock,
    log: parts.log,
    serve: async (request) =>
      request.caller.guest ? httpFailure("forbidden") : operations[request.operation](parts, request),
  });
}

type Operation = (parts: VideosParts, request: HttpRequest<VideoOperation>) => Promise<HttpAnswer>;

/** Videos belong to people: a role may be asked about one, but cannot own one. */
const ownerOf = ({ id }: Caller): string => `user/${id}`;

/** A video of which nothing is known yet has no owners, so a capability must match its name. */
const mayWorkOn =
  (caller: Caller) =>
  (videoId: VideoId): boolean =>
    mayFollow(caller, workChannel(`video/${videoId}`), undefined);

const operations: Readonly<Record<VideoOperation, Operation>> = {
  async listVideos({ files, bucket }, { caller }) {
    const videos = await listOwnVideos(files, bucket, ownerOf(caller));
    return httpResult(200, { videos } satisfies VideoList);
  },
  async prepareVideo(parts, { caller, event }) {
    const read = readJsonBody(event, PrepareVideo);
    if (!read.ok) return httpUnread(read);
    const prepared = await prepareVideo(parts, {
      ...read.data,
      owner: ownerOf(caller),
      mayWorkOn: mayWorkOn(caller),
    });
    if (prepared.kind === "unfit") return httpFailure("bad_message", { issues: prepared.issues });
    if (prepared.kind !== "prepared") return refused(prepared);
    const { kind: _, ...answer } = prepared;
    return httpResult(200, answer satisfies PreparedVideo);
  },
  async playSample(parts, { caller, event }) {
    const read = readJsonBody(event, PlaySample);
    if (!read.ok) return httpUnread(read);
    const played = await playSample(parts, {
      ...read.data,
      owner: ownerOf(caller),
      mayWorkOn: mayWorkOn(caller),
    });
    return played.kind === "started" ? started(played) : refused(played);
  },
  startVideo: (parts, request) =>
    onVideo(request, async (videoId) => {
      const { caller, event } = request;
      const read = readJsonBody(event, StartVideo);
      if (!read.ok) return httpUnread(read);
      if (!mayWorkOn(caller)(videoId)) return httpFailure("forbidden");
      const { timeoutSeconds: answerSeconds, lang } = read.data;
      const outcome = await startVideo(parts, { videoId, owner: ownerOf(caller), answerSeconds, lang });
      return outcome.kind === "started" ? started(outcome) : refused(outcome);
    }),
  stopVideo: (parts, request) => onRun(parts, request, stopRun),
  retryVideo: (parts, request) => onRun(parts, request, retryRun),
};

const onRun = (parts: VideosParts, request: HttpRequest<VideoOperation>, act: typeof stopRun) =>
  onVideo(request, async (videoId) => {
    const read = readJsonBody(request.event, NoBody);
    if (!read.ok) return httpUnread(read);
    const outcome = await act(parts, videoId, (owners) =>
      isOwner(request.caller, { owners: owners as `user/${string}`[], followers: [] }),
    );
    return outcome.kind === "done"
      ? httpResult(200, { subject: outcome.subject } satisfies VideoSubject)
      : refused(outcome);
  });

/** Runs the operation of a request whose path names a video. */
async function onVideo(
  { id }: HttpRequest<VideoOperation>,
  act: (videoId: VideoId) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const videoId = VideoId.safeParse(id);
  return videoId.success
    ? act(videoId.data)
    : httpFailure("bad_message", { issues: ["id: a video's id is v_…"] });
}

function started({ videoId, subject, executionArn }: StartedVideo): HttpAnswer {
  return httpResult(200, { videoId, subject, executionArn } satisfies StartedVideo);
}

/** Every answer of an operation other than its result. */
type Refused =
  | { readonly kind: "not_found" | "forbidden" | "conflict" }
  | { readonly kind: "nothing_uploaded"; readonly fileName: string }
  | { readonly kind: "not_redrivable"; readonly reason: string }
  | { readonly kind: "rate_limited"; readonly retryAfterMs: number };

function refused(outcome: Refused): HttpAnswer {
  const { kind: code, ...details } = outcome;
  const wait = outcome.kind === "rate_limited" ? retryAfter(outcome.retryAfterMs) : {};
  return httpFailure(code, Object.keys(details).length > 0 ? details : undefined, wait);
}
