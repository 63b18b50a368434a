import { sampleNames } from "@callboard/video/definition";
import { longestSecondsLive } from "./code.ts";
import { callboardFunction } from "./functions.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

/** API Gateway waits no longer than this; the sample is copied into the bucket within it. */
const TIMEOUT_SECONDS = 29;

/** The function behind `/videos` of the HTTP API; it may use the uploads, and the runs of one state machine. */
export function videos(
  names: Names,
  settings: Settings,
  { bucket }: Pick<Storage, "bucket">,
  stateMachine: aws.sfn.StateMachine,
  /** What an upload starts, if plugins are asked before its post-processing. */
  recording?: aws.sfn.StateMachine,
): sst.aws.Function {
  const runs = stateMachine.arn.apply((arn) => `${arn.replace(":stateMachine:", ":execution:")}:*`);
  return callboardFunction(names, settings, "Videos", {
    file: "packages/video/src/lambda/videos",
    memory: "512 MB",
    timeout: `${$dev ? longestSecondsLive(TIMEOUT_SECONDS) : TIMEOUT_SECONDS} seconds`,
    environment: {
      BUCKET: bucket.name,
      STATE_MACHINE_ARN: stateMachine.arn,
      ...(recording ? { RECORDING_ARN: recording.arn } : {}),
    },
    // At the same place relative to the code as in the sources.
    copyFiles: sampleNames.map((name) => ({ from: `packages/video/sample/${name}` })),
    permissions: [
      // URLs that it signs for browsers use its own rights.
      { actions: ["s3:GetObject", "s3:PutObject"], resources: [$interpolate`${bucket.arn}/videos/*`] },
      // Without it a missing file is "access denied"; a condition on the prefix would allow only lists.
      { actions: ["s3:ListBucket"], resources: [bucket.arn] },
      { actions: ["states:StartExecution"], resources: [(recording ?? stateMachine).arn] },
      {
        actions: [
          "states:DescribeExecution",
          "states:GetExecutionHistory",
          "states:StopExecution",
          "states:RedriveExecution",
        ],
        resources: [runs],
      },
    ],
  });
}
