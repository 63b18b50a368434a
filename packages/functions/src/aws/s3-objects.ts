import type { Clock, Objects } from "@callboard/core";
import { minutes } from "@callboard/protocol";
import { escapeUri, HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import type { CredentialsProvider } from "./fresh-credentials.ts";

export interface S3ObjectsOptions {
  readonly bucket: string;
  readonly region: string;
  /** Where S3 is when it is not AWS's own: the bucket is then the first part of the path. */
  readonly endpoint?: string | undefined;
  readonly credentials: CredentialsProvider;
  readonly clock: Clock;
}

const LIFETIME_MS = minutes(15);
const SAME_FOR_MS = minutes(5);

/**
 * Presigned GETs, valid for 10 to 15 minutes. They are signed as of the last full five minutes, so that within those
 * the same key has the same URL and browsers can cache it. The SDK's signer makes them, without its S3 client, which
 * would be a fifth of a function's code and never send a request.
 */
export function s3Objects({ bucket, region, endpoint, credentials, clock }: S3ObjectsOptions): Objects {
  const place = placeOf(bucket, region, endpoint);
  const signer = new SignatureV4({
    service: "s3",
    region,
    credentials,
    sha256: Hash.bind(null, "sha256"),
    // S3 alone signs the path as it is sent.
    uriEscapePath: false,
    applyChecksum: false,
  });
  return {
    async sign(key) {
      const signedAt = Math.floor(clock.now() / SAME_FOR_MS) * SAME_FOR_MS;
      const request = new HttpRequest({
        ...place,
        method: "GET",
        path: place.path + key.split("/").map(escapeUri).join("/"),
        headers: { host: place.host, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" },
        query: { "x-id": "GetObject" },
      });
      const signed = await signer.presign(request, {
        expiresIn: LIFETIME_MS / 1000,
        signingDate: new Date(signedAt),
      });
      const query = Object.entries(signed.query as Record<string, string>)
        .map((pair) => pair.map(escapeUri).join("="))
        .sort()
        .join("&");
      return {
        url: `${place.protocol}//${place.host}${signed.path}?${query}`,
        expiresAt: signedAt + LIFETIME_MS,
      };
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function placeOf(bucket: string, region: string, endpoint: string | undefined) {
  const { protocol, host, hostname, pathname } = new URL(
    endpoint ?? `https://${bucket}.s3.${region}.amazonaws.com`,
  );
  const path = endpoint ? `${pathname.replace(/\/$/, "")}/${bucket}/` : "/";
  return { protocol, host, hostname, path };
}
