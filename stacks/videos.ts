import { sampleNames } from "@callboard/video/definition";
import { longestSecondsLive } from "./code.ts";
import { callboardFunction } from "./functions.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

/** Longer than API Gateway waits for nobody; the sample is put into the bucket within it. */
const TIMEOUT_SECONDS = 29;

/** The function behind `/videos` of the HTTP API; it may touch what is uploaded, and the runs of one state machine. */
export function videos(
  names: Names,
  settings: Settings,
  { bucket }: Pick<Storage, "bucket">,
  stateMachine: aws.sfn.StateMachine,
  /** What an upload is started with, where plugins are asked before its post-processing. */
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
    // In the same place among the code as in the sources.
    copyFiles: sampleNames.map((name) => ({ from: `packages/video/sample/${name}` })),
    permissions: [
      // What it signs for browsers counts as its own calls.
      { actions: ["s3:GetObject", "s3:PutObject"], resources: [$interpolate`${bucket.arn}/videos/*`] },
      // Without it a file that is missing is "access denied"; a condition on the prefix would be one on lists alone.
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
