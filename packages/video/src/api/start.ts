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
  /** What an upload is started with in place of it, where that is the turn of a plugin. */
  readonly recordingArn?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** What became of a start. Starting again, even after the end, never runs a video twice. */
export type Started =
  | ({ readonly kind: "started" } & StartedVideo)
  | { readonly kind: "not_found" | "forbidden" }
  | { readonly kind: "nothing_uploaded"; readonly fileName: string };

/** Who starts a video's processing. */
export interface StartRequest {
  readonly videoId: VideoId;
  /** `user/ana`, who is asked for the title too. */
  readonly owner: string;
  /** How long the answer is waited for; the execution waits longer, so that there is time to give. */
  readonly answerSeconds?: number | undefined;
  /** The language of the question and the messages; without it they are in that of the captions. */
  readonly lang?: VideoLanguage | undefined;
}

/** A file that has arrived. */
interface Arrived extends FileRef {
  readonly fileName: string;
}

/** What is kept of a video that was started, for its owner's list. */
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
  // Whoever dies after it has started nothing, and comes again; a video that runs is in the list.
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
 * The execution has the video's name, so that there is one, whoever asks and however often. Answers that of the
 * post-processing, also where that begins only once the plugins before it were asked.
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

/** The run of a video has the video's name. */
export const executionArnOf = (stateMachineArn: string, videoId: VideoId): string =>
  `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${videoId}`;
