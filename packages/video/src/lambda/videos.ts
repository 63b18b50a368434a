import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { correlated, type HttpAnswer, type HttpEvent, jsonLog, systemClock } from "@callboard/functions/http";
import { createVideos } from "../api/videos.ts";
import { samples } from "../definition.ts";

/** A variable that the deployment sets. */
function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment of videos lacks ${name}`);
  return value;
}

const log = jsonLog("videos");

const videos = createVideos({
  // A checksum in a signed upload would be that of an empty body.
  s3: new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED" }),
  sfn: new SFNClient({}),
  bucket: variable("BUCKET"),
  stateMachineArn: variable("STATE_MACHINE_ARN"),
  recordingArn: process.env.RECORDING_ARN || undefined,
  // It is deployed with the code, in the same folder as in the sources.
  sample: (lang) =>
    Promise.all(
      samples[lang].map(async ({ fileName, file }) => ({
        fileName,
        bytes: await readFile(new URL(`../../sample/${file}`, import.meta.url)),
      })),
    ),
  newId: () => randomBytes(9).toString("hex"),
  clock: systemClock,
  log,
});

export const handler: (event: HttpEvent) => Promise<HttpAnswer> = correlated(log, videos);
