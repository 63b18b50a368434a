import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { s3Intake } from "../files/s3-intake.ts";
import { type VideosParts, videosHandler } from "./videos-handler.ts";

export interface VideosSettings
  extends Pick<VideosParts, "bucket" | "stateMachineArn" | "sample" | "newId" | "clock" | "log"> {
  /** Signs uploads, so made with `requestChecksumCalculation: "WHEN_REQUIRED"`. */
  readonly s3: S3Client;
  readonly sfn: SFNClient;
}

/** The function `videos`, of the clients that it is given: the same deployed and on one machine. */
export const createVideos = ({ s3, sfn, clock, ...settings }: VideosSettings) => {
  const { now } = clock;
  return videosHandler({ ...settings, files: s3Intake(s3, now), sfn, now, clock });
};
