import { readFile } from "node:fs/promises";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createVideoStore, type OfferedFile, type Started } from "@callboard/video";
import { PageError } from "./page-error.ts";
import { createVideoRuns } from "./video-runs.ts";

/** What the creator's page does with videos. */
export type Videos = ReturnType<typeof createVideos>;

export interface VideosOptions {
  /** With `requestChecksumCalculation: "WHEN_REQUIRED"`, as signed uploads need it. */
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly bucket: string;
  readonly stateMachineArn: string;
  /** The sample's MP4 and captions. */
  readonly sample: readonly {
    readonly path: string;
    readonly fileName: string;
    readonly contentType: string;
  }[];
  readonly newId: () => string;
  readonly now: () => number;
}

/** An answer may be waited for from 20 seconds to a week. */
const timeouts = { least: 20, most: 7 * 24 * 3600 };
const listed = 20;
const linkSeconds = 12 * 3600;
const mostFiles = 4;

interface File {
  readonly bucket: string;
  readonly key: string;
  readonly fileName: string;
}

export function createVideos(options: VideosOptions) {
  const { s3, sfn, stateMachineArn } = options;
  const store = createVideoStore(options);

  const prepare = async (user: string, offered: readonly OfferedFile[]) => {
    const prepared = await store.prepareUpload(`user/${user}`, offered);
    if (prepared.kind === "refused")
      throw new PageError(400, "invalid", prepared.reason, prepared.fileName ?? "files");
    return prepared;
  };
  const start = async (user: string, videoId: string, answerSeconds: number | undefined) => {
    const owner = `user/${user}`;
    return startedOrThrow(
      await store.startPostProcessing({
        videoId,
        owner,
        ...(answerSeconds === undefined ? {} : { answerSeconds }),
      }),
    );
  };
  const latest = async (wanted: (owners: readonly string[]) => boolean) => {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 100 }),
    );
    const videos = [];
    for (const { executionArn, startDate } of executions) {
      const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      const {
        subject,
        owners = [],
        video,
        captions,
      } = JSON.parse(input ?? "{}") as {
        subject: string;
        owners?: string[];
        video?: File;
        captions?: File;
      };
      if (!wanted(owners)) continue;
      videos.push({
        videoId: subject.slice(subject.indexOf("/") + 1),
        subject,
        name: video?.fileName ?? captions?.fileName ?? subject,
        startedAt: startDate?.getTime(),
        video,
        captions,
      });
      if (videos.length === listed) break;
    }
    return videos;
  };
  const link = async (file: File | undefined) =>
    file && {
      url: await getSignedUrl(s3, new GetObjectCommand({ Bucket: file.bucket, Key: file.key }), {
        expiresIn: linkSeconds,
      }),
    };

  return {
    ...createVideoRuns(options),
    /** The user's latest videos, newest first, with signed links to what was uploaded. */
    async list(user: string) {
      const videos = [];
      for (const { video, captions, ...facts } of await latest((owners) => owners.includes(`user/${user}`)))
        videos.push({ ...facts, video: await link(video), captions: await link(captions) });
      return videos;
    },
    /** Everybody's latest videos, newest first, without a way to the files. */
    async names() {
      return (await latest(() => true)).map(({ video: _, captions: __, ...facts }) => facts);
    },
    /** Signs the uploads of one video and its captions. */
    async prepare(user: string, body: unknown) {
      const { videoId, subject, uploads } = await prepare(user, readFiles(body));
      return { videoId, subject, uploads: uploads.map(({ kind, url, headers }) => ({ kind, url, headers })) };
    },
    start: (user: string, videoId: string, body: unknown) => start(user, videoId, readTimeout(body)),
    /** Uploads the sample as a browser would, and starts it. */
    async playSample(user: string, body: unknown) {
      const timeoutSeconds = readTimeout(body);
      const files = await Promise.all(
        options.sample.map(async (file) => ({ ...file, bytes: await readFile(file.path) })),
      );
      const offered = files.map(({ fileName, contentType, bytes }) => ({
        fileName,
        contentType,
        size: bytes.length,
      }));
      const { videoId, uploads } = await prepare(user, offered);
      for (const { url, headers, fileName } of uploads) {
        const body = files.find((file) => file.fileName === fileName)!.bytes;
        const put = await fetch(url, { method: "PUT", headers, body });
        if (!put.ok) throw new Error(`the sample's upload was answered ${put.status}`);
      }
      return { videoId, ...(await start(user, videoId, timeoutSeconds)) };
    },
  };
}

function startedOrThrow(started: Started): { subject: string; executionArn: string } {
  if (started.kind !== "refused") return { subject: started.subject, executionArn: started.executionArn };
  const status = { not_found: 404, forbidden: 403, nothing_uploaded: 409 }[started.code];
  throw new PageError(status, started.code, started.reason);
}

function readTimeout(body: unknown): number | undefined {
  const seconds = (body as { timeoutSeconds?: unknown } | null)?.timeoutSeconds;
  if (seconds === undefined) return undefined;
  if (typeof seconds === "number" && Number.isInteger(seconds))
    if (seconds >= timeouts.least && seconds <= timeouts.most) return seconds;
  const message = `The wait is ${timeouts.least} to ${timeouts.most} whole seconds.`;
  throw new PageError(400, "invalid", message, "timeoutSeconds");
}

function readFiles(body: unknown): OfferedFile[] {
  const files = (body as { files?: unknown } | null)?.files;
  if (!Array.isArray(files) || files.length > mostFiles)
    throw new PageError(400, "invalid", "Choose a video or captions.", "files");
  return files.map((file: { name?: unknown; size?: unknown; type?: unknown } | null, n) => {
    if (typeof file?.name !== "string")
      throw new PageError(400, "invalid", "A file has a name.", `files.${n}.name`);
    if (typeof file.size !== "number")
      throw new PageError(400, "invalid", "A file has a size.", `files.${n}.size`);
    const contentType = typeof file.type === "string" ? { contentType: file.type } : {};
    return { fileName: file.name, size: file.size, ...contentType };
  });
}
