import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { s3Files } from "../files/s3-files.ts";
import { preparing } from "./preparing.ts";
import { type ProbeInput, probe } from "./probe.ts";
import { readTranscript } from "./read-transcript.ts";
import { type StoreAvatarInput, storeAvatar } from "./store-avatar.ts";
import { type TaskStateChange, taskStopped } from "./task-stopped.ts";

/** What the task functions need from outside. Without `progress` the compute step reports no percentage. */
export interface TaskSettings {
  readonly s3: S3Client;
  readonly sfn: Pick<SFNClient, "send">;
  readonly progress?: { readonly bus: EventBridgeClient; readonly busName: string };
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/**
 * The work of each Task state, by the name of its function: takes a payload and returns one, or throws a `FileFault`.
 */
export function createTaskFunctions({ s3, sfn, progress, now }: TaskSettings) {
  const files = s3Files(s3);
  return {
    probe: (input: ProbeInput) => probe(files, input),
    prepare: preparing({ files, now, ...(progress ? { progress } : {}) }),
    readTranscript: (input: { readonly uri: string }) => readTranscript(files, input),
    storeAvatar: (input: StoreAvatarInput) => storeAvatar(files, input),
    /** Not for a state: ECS calls it for containers that have stopped. */
    taskStopped: (event: TaskStateChange) => taskStopped(sfn, event),
  };
}
export type TaskFunctions = ReturnType<typeof createTaskFunctions>;
