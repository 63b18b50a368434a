import { S3Client } from "@aws-sdk/client-s3";

/** S3 wherever the environment says; path-style addresses, since a bucket of the embedded S3 has no host name. */
export const s3Here = (): S3Client => new S3Client({ forcePathStyle: true });
