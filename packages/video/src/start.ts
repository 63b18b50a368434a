import type { S3Client } from "@aws-sdk/client-s3";
import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { type FileRef, type Files, keys, readWhole } from "./files/files.ts";
import { type SignedPut, signPut } from "./files/presign.ts";
import { s3Files } from "./files/s3-files.ts";
import { type AcceptedFile, decideUpload, type OfferedFile } from "./upload.ts";

/** What the page's back end needs to take videos in. */
export interface VideoStoreSettings {
  /** Signs uploads, so made with `requestChecksumCalculation: "WHEN_REQUIRED"`. */
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly bucket: string;
  readonly stateMachineArn: string;
  /** A fresh random text for each call, of letters, digits, `-` and `_`. */
  readonly newId: () => string;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** An upload to be done by the browser, or in plain words why it cannot be. */
export type PreparedUpload =
  | {
      readonly kind: "prepared";
      readonly videoId: string;
      readonly subject: string;
      readonly uploads: readonly (SignedPut & {
        readonly kind: AcceptedFile["kind"];
        readonly key: string;
        readonly fileName: string;
      })[];
    }
  | { readonly kind: "refused"; readonly fileName?: string; readonly reason: string };

/** What became of a start. Starting again, even after the end, never runs a video twice. */
export type Started =
  | { readonly kind: "started" | "already_started"; readonly subject: string; readonly executionArn: string }
  | {
      readonly kind: "refused";
      readonly code: "not_found" | "forbidden" | "nothing_uploaded";
      readonly reason: string;
    };

/** Who starts a video's processing and who is asked for its title: principals, such as `user/ana`. */
export interface StartRequest {
  readonly videoId: string;
  readonly owner: string;
  /** The owner, when not given. */
  readonly assignees?: readonly string[];
  /** How long the answer is waited for; the execution waits longer, so that there is time to give. */
  readonly answerSeconds?: number;
  readonly heartbeatSeconds?: number;
}

interface Manifest {
  readonly owner: string;
  readonly files: readonly AcceptedFile[];
}

const MANIFEST_LIMIT = 16 * 1024;
const VIDEO_ID = /^v_[0-9A-Za-z_-]{1,64}$/;

/** Takes videos in: signed uploads first, then one execution of the state machine a video. */
export function createVideoStore(settings: VideoStoreSettings) {
  const files = s3Files(settings.s3);
  return {
    prepareUpload: (owner: string, offered: readonly OfferedFile[]) =>
      prepareUpload(settings, files, owner, offered),
    startPostProcessing: (request: StartRequest) => startPostProcessing(settings, files, request),
  };
}
async function prepareUpload(
  { s3, bucket, newId, now }: VideoStoreSettings,
  files: Files,
  owner: string,
  offered: readonly OfferedFile[],
): Promise<PreparedUpload> {
  const upload = decideUpload(offered);
  if (upload.kind === "refused") return upload;
  const videoId = `v_${newId()}`;
  const manifest = JSON.stringify({ owner, files: upload.files } satisfies Manifest);
  const place = { bucket, key: keys.manifest(videoId) };
  await files.write(place, manifest, Buffer.byteLength(manifest), "application/json");
  const uploads = upload.files.map(async ({ kind, name, size, mediaType, fileName }) => {
    const key = `${keys.folder(videoId)}${name}`;
    const signed = await signPut(s3, { bucket, key }, size, mediaType, now());
    return { kind, key, fileName, ...signed };
  });
  return { kind: "prepared", videoId, subject: `video/${videoId}`, uploads: await Promise.all(uploads) };
}

async function startPostProcessing(
  { sfn, bucket, stateMachineArn }: VideoStoreSettings,
  files: Files,
  { videoId, owner, assignees, answerSeconds, heartbeatSeconds }: StartRequest,
): Promise<Started> {
  const manifest = await readManifest(files, bucket, videoId);
  if (!manifest) return { kind: "refused", code: "not_found", reason: "There is no such video" };
  if (manifest.owner !== owner)
    return { kind: "refused", code: "forbidden", reason: "The video is somebody else's" };
  const arrived: Partial<Record<AcceptedFile["kind"], FileRef & { fileName: string }>> = {};
  for (const { kind, name, fileName } of manifest.files) {
    const file = { bucket, key: `${keys.folder(videoId)}${name}` };
    if ((await files.size(file)) === undefined)
      return { kind: "refused", code: "nothing_uploaded", reason: `${fileName} has not arrived yet` };
    arrived[kind] = { ...file, fileName };
  }
  const subject = `video/${videoId}`;
  const input = {
    subject,
    ...arrived,
    owners: [owner],
    assignees: assignees ?? [owner],
    ...(answerSeconds === undefined
      ? {}
      : { deadlineSeconds: answerSeconds, timeoutSeconds: 2 * answerSeconds + 120 }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
  };
  try {
    const command = new StartExecutionCommand({
      stateMachineArn,
      name: videoId,
      input: JSON.stringify(input),
    });
    const { executionArn } = await sfn.send(command);
    return { kind: "started", subject, executionArn: executionArn! };
  } catch (cause) {
    if (!(cause instanceof ExecutionAlreadyExists)) throw cause;
    const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${videoId}`;
    return { kind: "already_started", subject, executionArn };
  }
}

async function readManifest(files: Files, bucket: string, videoId: string): Promise<Manifest | undefined> {
  const place = { bucket, key: keys.manifest(videoId) };
  if (!VIDEO_ID.test(videoId) || (await files.size(place)) === undefined) return undefined;
  const manifest = await readWhole(files, place, MANIFEST_LIMIT, "The upload");
  return JSON.parse(Buffer.from(manifest).toString("utf8")) as Manifest;
}
