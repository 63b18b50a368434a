import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { StartedVideo, VideoId, VideoLanguage } from "@callboard/protocol";
import { type FileRef, type Intake, keys } from "../files/files.ts";
import type { FileKind } from "../upload.ts";
import { readManifest } from "./manifest.ts";
import { ownedKey } from "./owned.ts";

export interface StartParts {
  readonly files: Intake;
  readonly bucket: string;
  readonly sfn: SFNClient;
  readonly stateMachineArn: string;
  /** The state machine to start instead, if an upload is first announced to plugins. */
  readonly recordingArn?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** The result of a start. Starting again, even after the end, never runs a video twice. */
export type Started =
  | ({ readonly kind: "started" } & StartedVideo)
  | { readonly kind: "not_found" | "forbidden" }
  | { readonly kind: "nothing_uploaded"; readonly fileName: string };

/** Who starts a video's processing. */
export interface StartRequest {
  readonly videoId: VideoId;
  /** `user/ana`; this person is also asked for the title. */
  readonly owner: string;
  /** How long to wait for the answer; the execution waits longer, so that there is time to give it. */
  readonly answerSeconds?: number | undefined;
  /** The language of the question and the messages; by default, the language of the captions. */
  readonly lang?: VideoLanguage | undefined;
}

/** An uploaded file that exists. */
interface Arrived extends FileRef {
  readonly fileName: string;
}

/** The record of a started video, for its owner's list. */
export interface StartedEntry {
  readonly videoId: VideoId;
  readonly startedAt: number;
  readonly video?: Arrived;
  readonly captions?: Arrived;
}

/** Starts one execution of the state machine for a video whose files have arrived. */
export async function startVideo(parts: StartParts, request: StartRequest): Promise<Started> {
  const { files, bucket, now } = parts;
  const { videoId, owner, answerSeconds, lang } = request;
  const manifest = await readManifest(files, bucket, videoId);
  if (!manifest) return { kind: "not_found" };
  if (manifest.owner !== owner) return { kind: "forbidden" };
  const arrived: Partial<Record<FileKind, Arrived>> = {};
  for (const { kind, name, fileName } of manifest.files) {
    const file = { bucket, key: `${keys.folder(videoId)}${name}` };
    if ((await files.size(file)) === undefined) return { kind: "nothing_uploaded", fileName };
    arrived[kind] = { ...file, fileName };
  }
  // If the process dies after this, nothing was started, and the caller tries again; every running video is in the
  // list.
  const entry: StartedEntry = { videoId, startedAt: now(), ...arrived };
  const place = { bucket, key: ownedKey(owner, "started", manifest.at, videoId) };
  await files.create(place, JSON.stringify(entry), "application/json");
  const subject = `video/${videoId}` as const;
  const executionArn = await execute(parts, videoId, {
    subject,
    ...arrived,
    owners: [owner],
    assignees: [owner],
    ...(lang === undefined ? {} : { lang }),
    ...(answerSeconds === undefined
      ? {}
      : { deadlineSeconds: answerSeconds, timeoutSeconds: 2 * answerSeconds + 120 }),
  });
  return { kind: "started", videoId, subject, executionArn };
}

/**
 * Starts the execution. It has the video's name, so only one exists, even if it is started several times. Returns
 * the ARN of the post-processing's execution, even if that begins only after plugins were asked.
 */
async function execute(
  { sfn, stateMachineArn, recordingArn = stateMachineArn }: StartParts,
  videoId: VideoId,
  input: object,
): Promise<string> {
  try {
    const command = new StartExecutionCommand({
      stateMachineArn: recordingArn,
      name: videoId,
      input: JSON.stringify(input),
    });
    await sfn.send(command);
  } catch (cause) {
    if (!(cause instanceof ExecutionAlreadyExists)) throw cause;
  }
  return executionArnOf(stateMachineArn, videoId);
}

/** The ARN of a video's execution, which has the video's name. */
export const executionArnOf = (stateMachineArn: string, videoId: VideoId): string =>
  `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${videoId}`;
