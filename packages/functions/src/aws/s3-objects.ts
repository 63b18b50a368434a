import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { type Clock, minutes, type Objects } from "@callboard/core";

export interface S3ObjectsOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly clock: Clock;
}

const LIFETIME_MS = minutes(15);
const SAME_FOR_MS = minutes(5);

/**
 * Presigned GETs, valid for 10 to 15 minutes. They are signed as of the last full five minutes, so that within those
 * the same key has the same URL and browsers can cache it.
 */
export function s3Objects({ client, bucket, clock }: S3ObjectsOptions): Objects {
  return {
    async sign(key) {
      const signedAt = Math.floor(clock.now() / SAME_FOR_MS) * SAME_FOR_MS;
      const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: LIFETIME_MS / 1000,
        signingDate: new Date(signedAt),
      });
      return { url, expiresAt: signedAt + LIFETIME_MS };
    },
  };
}
